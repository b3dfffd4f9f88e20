/**
 * What the reply check goes by (docs/decisions/0044): numbers and phrases, each with its reason. A district changes them here;
 * `reply-check.test.ts` says what a change catches, and what it blocks wrongly.
 */
export const replyCheckRules = {
  /** Letters of a shingle: of two characters half of Chinese is alike, of six one changed word in ten hides a copy. */
  shingleLetters: 3,
  /** Jaccard: from here on two replies are one with other words in it. Two honest replies to different questions stay below 0.3. */
  copyLikeness: 0.6,
  /** Of the shorter one, that stands in the longer: a canned reply with a sentence before it. */
  copyContained: 0.8,
  /** Shorter replies are alike by chance ("at window 3, from nine to five"). */
  fewestShingles: 12,
  /** Two questions whose subject words are so alike are one question, and may have one answer. */
  sameQuestion: 0.5,
  /** Of the unit, the newest first; and as many of all units, or another spelling of the unit would hide a copy. */
  comparedReplies: 50,
  /** A run of the question in the reply that is so long is a quotation, which answers nothing by itself. */
  quotedLetters: 6,
  /** Letters beside phrases and quotations, below which nothing was said: a place and an hour have more. A Latin letter counts half. */
  leastSubstance: 12,
  /** A clause of which so much is phrases is one. */
  phraseShare: 0.6,
  /** Of the words that the question is about, so many stand in the reply: a share, at least one, at most so many. */
  sharedWords: { share: 0.08, atMost: 3 },
} as const;

/** What a letter of any office to anybody about anything may hold. In lower case and without spaces between Chinese characters. */
export const stockPhrases: readonly RegExp[] = [
  // Greeting and farewell.
  /(尊敬|亲爱)的?(市民|居民|网友|群众|先生|女士|用户)?(朋友|同志)?/gu,
  /(您|你)好/gu,
  /(衷心|非常|再次)?(感谢|谢谢)(您|你|大家)?(的|对)?(我们|我局|我单位|本单位|街道|社区)?(的)?(工作)?(的)?(来信|来电|咨询|提问|留言|反映|反馈|关注|关心|支持|理解|配合|建议|意见|信任|监督|和|与|及)*/gu,
  /祝(您|你)?(生活|工作|身体|阖家|万事|家庭)?(愉快|顺利|健康|幸福|如意|安康)?/gu,
  /(特此|专此|现)(回复|答复|告知|函复)(如下)?/gu,
  // That it has come.
  /(您|你)?(所)?(反映|提出|咨询|投诉|提|来信|留言|关心)?的?(问题|来信|诉求|咨询|建议|意见|投诉|留言|情况|事项)?(我们|我局|我单位|本单位|本局)?(已经?|均已)(收悉|收到|知悉|悉|受理|登记|记录(在案)?)/gu,
  // That it will be seen to, by somebody, some day.
  /(我们|我局|我单位|本单位|本局|街道|社区)?(会|将)?(对此)?(高度|十分|非常)(重视|关注)/gu,
  /(我们|我局|我单位|本单位|本局|相关部门|有关部门|工作人员)?(正在|会|将|已)(安排|组织|责成|督促|要求)?(相关|有关)?(人员|部门|单位|科室)?(积极|认真|尽快|及时|抓紧|妥善|进一步|不断|继续|努力|持续|予以|进行|依法|依规|按程序)*(研究|处理|解决|核实|调查|办理|跟进|落实|改进|完善|提升|提高|优化|加强|协调|反馈|答复|回复|联系(您|你)?|考虑|采纳|推进|关注|处置)*(相关|有关|各项)?(工作|服务|问题|水平|质量|管理|结果|中|和|与)*/gu,
  /(已|并|会|将)?(将)?(您|你)?(的)?(问题|诉求|建议|意见|情况|反映)?(已)?(转|转交|转给|转至|移交|反馈|上报)(至|给|到)?(相关|有关|上级|主管|职能)(部门|单位|领导|科室)(处理|办理|研究|核实)?/gu,
  /(加大|加强|强化|提高|提升|改进|优化|完善)(工作|服务|管理|监管|宣传|巡查)?(力度|质量|水平|意识|效率|作风)?/gu,
  // That it is as it is.
  /(具体|详情|一切|最终)?(请)?以.{1,10}为准/gu,
  /(请|建议|可|您可)?(您|你)?(按照?|依据|根据|依照|参照|以)?(国家|我市|我区|上级|当地|现行)?(的)?(有关|相关|当地)\p{Script=Han}{0,4}(部门|单位|规定|政策|法律法规|法规|文件|精神|要求|流程|程序|窗口|通知|公告)(和|及|与)?(有关|相关)?(规定|政策|精神|要求)?(的)?(为准|执行|办理|处理|咨询|进行|予以|解答)?/gu,
  /(具体|详细|详情)(的)?(情况|政策|事宜|流程|要求|问题|内容|信息)?(请)?(可|以)?(您)?(咨询|联系|致电|见|详见|关注|以|向)?/gu,
  /(请)?(您|你)?(直接|可|前往|到|去|向|至)*(户籍所在地|居住地|所在地|所在|当地|附近|就近)?的?(相关|有关|职能|主管)?(部门|单位|窗口|机构)(进行)?(咨询|了解|办理|反映|询问|联系)/gu,
  /(请)?(您|你)?(耐心|随时)?(等待|关注|留意|谅解|理解|见谅|期待|配合|支持)/gu,
  /(敬请|恳请|望)(您|你)?/gu,
  /(给您|由此)?(带来|造成)(的)?不便/gu,
  /(如|若)(果)?(您|你)?(还)?(有|对此有)?(其他|任何|不明|疑问|异议|问题|需要)+(之处)?/gu,
  /(请)?(及时|随时|再次|尽快)?(与|和|跟|向)?(我们|我局|我单位|本单位)(取得)?(联系|咨询|反映)/gu,
  /(欢迎|请)?(您|你)?(随时|继续)?(致电|来电|拨打|拨打电话|咨询|联系|监督|来访)(我们|我局)?(的)?(电话|热线)?/gu,
  /(不断|进一步|切实|全力|更好地|努力)(为)?(群众|居民|市民|您|百姓|大家)?/gu,
  /(全心全意)?(为|给)(人民|群众|居民|市民|百姓|您)(提供)?(更好|优质|满意|便捷)?的?服务/gu,
  /(经|已)(核实|研究|了解|调查|沟通)/gu,
  /(您|你)的(满意|支持|理解)(是|就是)我们.*$/gu,
  // English.
  /\bdear\s+(resident|citizen|sir|madam|customer|user)s?\b(\s+or\s+madam)?/gu,
  /\b(hello|hi|thank you|thanks|many thanks)(\s+(very much|so much))?(\s+for\s+(your|the)\s+\w+(\s+(letter|message|question|inquiry|enquiry|suggestion|feedback|interest|support|patience|understanding))*)?/gu,
  /\b(your|the)\s+(question|letter|message|inquiry|enquiry|suggestion|complaint|feedback|request|matter)\s+(has|have|was|is)\s+(been\s+)?(received|noted|recorded|forwarded|registered)\b/gu,
  /\bwe\s+(attach|take|pay|give|have|will|shall|are)\s+[\w\s]{0,40}?(importance|seriously|attention|look into it|study it|consider it|process it|handle it|deal with it|improve (our )?services?)\b/gu,
  /\b(please\s+)?(consult|contact|ask|refer to|go to|follow|see)\s+(the\s+)?(relevant|competent|responsible|local|appropriate)\s+(department|office|authority|authorities|unit|rules|regulations|policy|policies)s?\b/gu,
  /\b(in accordance with|according to|subject to|under)\s+(the\s+)?(relevant|applicable|current)\s+\w+\b/gu,
  /\b(please\s+)?(wait patiently|be patient|bear with us)\b/gu,
  /\b(we\s+)?(apologi[sz]e|are sorry)\s+for\s+(any|the)\s+inconvenience\b/gu,
  /\b(if you have|should you have)\s+(any\s+)?(further|other|more)?\s*(questions?|queries)\b/gu,
  /\b(best|kind)\s+(regards|wishes)\b/gu,
  /\bfor (details|more information)\b|\bin due course\b|\bas soon as possible\b/gu,
];

/** A unit of this name is nobody. */
export const vagueUnit =
  /^(本|我|该)?(有关|相关|职能|主管|上级)?(部门|单位|局|办|窗口|科室|机构)$|^(工作人员|客服|管理员|系统|平台|网站|官方|政府|领导|办公室)$|^(the\s+)?(relevant\s+|competent\s+)?(office|department|authority|staff|administrator|system|government|unit)$/u;

/**
 * How a person of the unit is reached: a telephone, a window, a room, a house number. 12345 is everybody's number, and who
 * is sent there was not answered.
 */
export const waysToReach: readonly RegExp[] = [
  /(?<!\d)(1[3-9]\d{9}|0\d{2,3}[-\s)]?[2-8]\d{6,7}|[2-8]\d{6,7}|123(?!45)\d{2}|9[56]\d{3,4})(?!\d)/u,
  /([\d一二三四五六七八九十]+)\s*(号|楼|层)?\s*(窗口|柜台|室|办公室|房间|服务台)|(窗口|柜台)\s*[\d一二三四五六七八九十]+/u,
  /[路街巷道弄里]\s*\d+\s*号/u,
  /\b(window|counter|room|desk)\s+(no\.?\s*)?\d+\b|\b\d+\s+[a-z]+\s+(road|street|avenue|lane)\b/u,
];

/** Words in which questions of every matter are asked; what is left of a question is what it is about. */
export const questionWords =
  /(请问|咨询|你好|您好|怎么样|怎么|怎样|如何|什么时候|什么|为什么|为何|哪里|哪儿|哪些|哪个|多少|多久|几天|是不是|有没有|能不能|可不可以|可以|需要|应该|办理|申请|申领|领取|手续|材料|问题|情况|我想|我要|我们|我家|你们|他们|自己|现在|已经|一直|还是|但是|因为|所以|如果|谢谢|希望|建议|投诉|反映|知道|告诉|没有|不能|不会|到底|时候|一个|一下|这个|那个|这里|那里|今年|去年|昨天|今天)/gu;
export const questionParticles =
  /[的了吗呢吧啊呀我你您他她它在是有不去到要就都也还和与及把被让给为对从向于着过很太又再才只能会想问说看做办来个这那些哪几多]/gu;
export const englishQuestionWords: ReadonlySet<string> = new Set(
  'about after also apply because been before could does from have hello here how into just know like long much must need please should tell than thank that their them then there these they this want what when where which while will with would your'.split(
    ' ',
  ),
);
