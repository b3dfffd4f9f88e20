import type { FaultCode } from '#contract/fault.ts';

/**
 * What each fault is to the resident at the screen, and the one thing that staff do about it.
 * `{desk}` is where this station's residents find a person (`station.helpDesk` in the configuration).
 * A sentence promises only what holds wherever its code can appear: `store.full` may strike a reprint as
 * well as a submission, a `device.…` fault the card reader as well as the printer.
 */
export const faultsZh: Record<FaultCode, { readonly resident: string; readonly staff: string }> = {
  'device.port-missing': {
    resident: '机器有一个部件没有接上，现在不能用。请找工作人员。',
    staff: '插好这个设备的数据线和电源；仍不恢复，核对配置里它的 channel。',
  },
  'device.port-busy': {
    resident: '机器有一个部件现在不能用。请找工作人员。',
    staff: '关掉占用这个端口的其他程序。',
  },
  'device.open-failed': {
    resident: '机器有一个部件打不开，现在不能用。请找工作人员。',
    staff: '拔下这个设备的数据线再插上；仍不恢复，检查运行账户能否使用该端口。',
  },
  'device.silent': {
    resident: '机器有一个部件没有反应。请稍等再试；还不行，请找工作人员。',
    staff: '关掉这个设备的电源，等 10 秒再打开。',
  },
  'device.garbled': {
    resident: '刚才没有做成。请再试一次；还不行，请找工作人员。',
    staff: '插紧这个设备的数据线；经常出现就换一根线。',
  },
  'device.frame-too-long': {
    resident: '刚才没有做成。请再试一次；还不行，请找工作人员。',
    staff: '核对配置里这个设备的 baudRate 是否与设备一致。',
  },
  'device.refused': {
    resident: '机器的一个部件做不了这一步。请找工作人员。',
    staff: '关掉这个设备的电源，等 10 秒再打开；仍不恢复就报修。',
  },
  'device.unidentified': {
    resident: '机器有一个部件没有认出来，现在不能用。请找工作人员。',
    staff: '核对接在这个端口上的是不是配置里写的那种设备。',
  },
  'device.lost': {
    resident: '机器有一个部件断开了。请稍等再试；还不行，请找工作人员。',
    staff: '插紧这个设备的数据线和电源，机器会自己重新连接。',
  },
  'device.disabled': {
    resident: '这个部件暂时停用。请找工作人员。',
    staff: '确认可以使用后，在技术台的设备页把它启用；配置里写着 enabled: false 的，改配置。',
  },
  'device.not-ready': {
    resident: '机器有一个部件还没有准备好。请稍等再试；还不行，请找工作人员。',
    staff: '等一分钟；仍未就绪，检查这个设备是否通电、配置里有没有它。',
  },
  'device.host-gone': {
    resident: '读卡和打印正在重新准备。请稍等再试；还不行，请找工作人员。',
    staff: '等一分钟；仍不恢复，重新启动这台终端。',
  },

  'card.read-failed': {
    resident: '没有读到身份证，请重新放一下，放稳不要动。',
    staff: '请居民把身份证单独平放在读卡区，不要和其他卡叠在一起。',
  },
  'card.not-id-card': {
    resident: '放上的好像不是身份证。请换身份证再放一次。',
    staff: '看一看放的是哪种卡，请居民换成身份证。',
  },
  'card.suspicious': {
    resident: '这张卡没有核对通过。请拿起来再放一次；还不行，请找工作人员。',
    staff: '换一张确认有效的身份证试读；能读，就请居民到窗口人工核验。',
  },
  'card.unreadable-text': {
    resident: '身份证上的内容没有读清。请拿起来再放一次；还不行，请找工作人员。',
    staff: '再读一次；仍读不清，请居民到窗口人工核验。',
  },

  'code.garbled': {
    resident: '码没有扫清楚。请把手机屏幕调亮，对准扫码口再试；也可以放身份证。',
    staff: '帮居民把码放大、对准扫码口；总是扫不清，擦净扫码口的玻璃。',
  },
  'code.scanner-fault': {
    resident: '扫码口现在不能用。请放身份证，或到窗口办理。',
    staff: '按扫码器的说明核对触发方式；仍不行，拔下扫码器再插上。',
  },
  'code.needs-line': {
    resident: '现在连不上上级平台，核对不了码。请放身份证，或到窗口办理。',
    staff: '检查网线和路由器；网络恢复前，请居民用身份证办理。',
  },
  'code.unknown': {
    resident: '这个码查不到是谁的。请打开您的居民码再试，或放身份证。',
    staff: '看一看出示的是哪种码：付款码、健康码和单据上的码都不行。',
  },
  'code.expired': {
    resident: '这个码已经过期了。请在手机上刷新后再出示，或放身份证。',
    staff: '帮居民刷新手机上的码；总是过期，核对手机的时间。',
  },
  'code.used': {
    resident: '这个码已经用过了。请在手机上刷新后再出示，或放身份证。',
    staff: '帮居民刷新手机上的码：一个码只能用一次。',
  },
  'code.not-supported': {
    resident: '这里还不能用码办理。请放身份证，或到窗口办理。',
    staff: '上级平台还没有开通验码；开通前，可在配置里停用扫码器。',
  },
  'code.not-resolved': {
    resident: '上级平台这次没能核对这个码。请刷新后再试，或放身份证。',
    staff: '请居民用身份证办理；经常出现，把时间告诉平台管理员。',
  },

  'camera.missing': {
    resident: '现在没有接上拍照的摄像头。请把原件交工作人员看。',
    staff: '插好摄像头的数据线；核对配置里 camera 的 label。',
  },
  'camera.denied': {
    resident: '这台机器现在不能拍照。请把原件交工作人员看。',
    staff: '在浏览器策略里允许本机页面使用摄像头，再刷新页面。',
  },
  'camera.busy': {
    resident: '摄像头现在用不了。请再试一次；还不行，请把原件交工作人员看。',
    staff: '关掉占用摄像头的其他程序。',
  },
  'camera.lost': {
    resident: '摄像头断开了，已拍的还在。请再试；还不行，请把原件交工作人员看。',
    staff: '插紧摄像头的数据线；经常断开就换一根线。',
  },
  'camera.black': {
    resident: '摄像头看不见东西。请看看有没有盖住，再试一次。',
    staff: '打开摄像头的盖子和补光灯；仍是黑的，更换摄像头。',
  },
  'camera.failed': {
    resident: '刚才没有拍成。请再试一次；还不行，请把原件交工作人员看。',
    staff: '拔下摄像头再插上；仍不行，重启这台机器。',
  },
  'paper.not-a-photo': {
    resident: '这张照片用不了。请重拍一张。',
    staff: '重拍；一再出现，更换摄像头。',
  },
  'paper.too-large': {
    resident: '这张照片太大了。请重拍一张。',
    staff: '在配置里把 camera 的 widthPx 和 heightPx 改小。',
  },
  'paper.broken-off': {
    resident: '照片没有存好。请再点一次；还不行，请重拍。',
    staff: '重拍；一再出现，重启这台机器。',
  },
  'paper.too-many': {
    resident: '照片已经很多，放不下了。其余的请交工作人员看原件。',
    staff: '其余页在窗口收取。',
  },
  'printer.paper-out': {
    resident: '打印机没有纸了。您的办理不受影响，可用手机拍下屏幕上的编号。',
    staff: '打开打印机，换上新的纸卷。',
  },
  'printer.paper-near-end': {
    resident: '打印纸快用完了，您可以接着办。',
    staff: '备好新的纸卷，没有人用的时候换上。',
  },
  'printer.cover-open': {
    resident: '打印机的盖子没有合上。您的办理不受影响，请找工作人员。',
    staff: '合上打印机的盖子，听到咔嗒一声为止。',
  },
  'printer.cutter': {
    resident: '打印机的切纸刀卡住了。您的办理不受影响，请找工作人员。',
    staff: '关掉打印机电源，取出卡在切纸刀里的纸，再打开电源。',
  },
  'printer.hardware': {
    resident: '打印机坏了，打不出小票。您的办理不受影响，请找工作人员。',
    staff: '关掉打印机电源，等 10 秒再打开；仍不恢复就报修。',
  },
  'printer.offline': {
    resident: '打印机现在不能打印。您的办理不受影响，请找工作人员。',
    staff: '看打印机的指示灯，合好盖子、装好纸，再按一次进纸键。',
  },
  'printer.unconfirmed': {
    resident: '小票可能没有打好，请看一看出纸口。您的办理不受影响。',
    staff: '看出纸口有没有完整的小票；没有，就请居民在屏幕上选再打一张。',
  },

  'platform.unreachable': {
    resident: '现在连不上上级平台。您的申请会先存在本站，联网后自动上报。',
    staff: '检查网线和路由器；网络恢复后机器会自己补报。',
  },
  'platform.timeout': {
    resident: '上级平台还没有回音。您交的申请会存在本站，机器会自动再报。',
    staff: '检查网速；别处上网正常，就告诉平台管理员回应太慢。',
  },
  'platform.not-authorised': {
    resident: '上级平台还没有认可这台机器。您交的申请会存在本站。请找工作人员。',
    staff: '请平台管理员查这台终端的登记；网络里有代理的，也查代理拦不拦。',
  },
  'platform.rejected': {
    resident: '上级平台没有收下。交过的申请还在本站。请找工作人员。',
    staff: '记下收件编号，请平台管理员查明没有收下的原因。',
  },
  'platform.conflict': {
    resident: '这份申请和上级平台存的不一样。申请还在本站。请找工作人员。',
    staff: '记下收件编号，请平台管理员核对两边的内容。',
  },
  'platform.too-old': {
    resident: '这份申请放得太久，上级平台不再接收。申请还在本站，需要重新办一次。请找工作人员。',
    staff: '记下收件编号，联系居民重新提交；原申请办完后移交登记。',
  },
  'platform.busy': {
    resident: '上级平台正忙。您交的申请会存在本站，机器会自动再报。',
    staff: '不用处理，机器会自己再报；一小时后仍这样，告诉平台管理员。',
  },
  'platform.failed': {
    resident: '上级平台出了故障。您交的申请会存在本站，机器会自动再报。',
    staff: '把出现的时间告诉平台管理员。',
  },
  'platform.nonsense': {
    resident: '上级平台的回音看不懂。您交的申请会存在本站，机器会自动再报。',
    staff: '核对配置里的 platform.url 是不是上级平台的网址。',
  },
  'platform.too-large': {
    resident: '上级平台的回音太长。您交的申请会存在本站，机器会自动再报。',
    staff: '把出现的时间和日志里的代码告诉平台管理员。',
  },
  'platform.untrusted': {
    resident: '没有连到上级平台。您交的申请会存在本站，机器会自动再报。',
    staff: '先看机器的日期时间对不对；对的，就把详情里的代码告诉平台管理员：平台的证书过期或不可信。',
  },
  'platform.redirected': {
    resident: '没有连到上级平台。您交的申请会存在本站，机器会自动再报。',
    staff: '检查网络是否要先登录网页；不用登录，就核对配置里的 platform.url。',
  },
  'platform.attachments-missing': {
    resident: '附的照片或签名还没有传完，会自动重传。交过的申请还在本站。',
    staff: '不用处理，会自动重传；一小时后仍这样，请平台管理员检查附件存储。',
  },
  'platform.uploads-full': {
    resident: '附的照片或签名要晚一些才传得上去，会自动再传。交过的申请还在本站。',
    staff: '不用处理，到时自动补传，没有附件的照常报送；过了一天仍这样，请告诉平台管理员。',
  },
  'platform.attachment-damaged': {
    resident: '附的照片或签名没有传好，会自动重传。交过的申请还在本站。',
    staff: '不用处理，会自动重传；反复出现，请技术人员检查网络线路。',
  },
  'platform.terminal-unknown': {
    resident: '上级平台还不认识这台机器。您交的申请会存在本站。请找工作人员。',
    staff: '请平台管理员发一个注册码，用 npm run enrol 重新注册这台终端；申请会自动补报。',
  },
  'platform.terminal-revoked': {
    resident: '这台机器在上级平台停用了。您交的申请会存在本站。请找工作人员。',
    staff: '问平台管理员为什么停用；可以恢复的，请他发新的注册码，重新注册。',
  },
  'platform.replayed': {
    resident: '上级平台没有收下这一次。您交的申请会存在本站，机器会自动再报。',
    staff: '不用处理，机器会换一个编号再报；一直这样，就告诉平台管理员。',
  },
  'platform.clock-skew': {
    resident: '机器的时间和上级平台对不上。您交的申请会存在本站，机器会自动再报。',
    staff: '对准这台机器的日期和时间，打开自动对时；仍不行，请平台管理员看平台的时钟。',
  },
  'platform.signature-refused': {
    resident: '上级平台没有认出这台机器。您交的申请会存在本站。请找工作人员。',
    staff: '核对配置里的 platform.url；中间有代理的，请平台管理员核对 YIZHAN_PLATFORM_PUBLIC_URL。',
  },
  'identity.not-enrolled': {
    resident: '这台机器还没有在上级平台登记。您交的申请会存在本站，登记后自动上报。',
    staff: '向平台管理员要注册码，用 npm run enrol 注册这台终端。',
  },
  'identity.key-unreadable': {
    resident: '这台机器的身份文件坏了。您交的申请会存在本站。请找工作人员。',
    staff: '不要删除 keys 文件夹；请平台管理员停用这台终端并发新的注册码，重新注册。',
  },
  'enrolment.code-malformed': {
    resident: '注册码不对。请找工作人员。',
    staff: '对照纸上的注册码再输一遍：四组，每组四位。',
  },
  'enrolment.code-unknown': {
    resident: '注册码不对。请找工作人员。',
    staff: '核对配置里的终端编号和站点编号与注册码是不是同一台；是的，就请平台管理员重发。',
  },
  'enrolment.code-used': {
    resident: '注册码已经用过。请找工作人员。',
    staff: '一个注册码只能用一次；请平台管理员发新的。',
  },
  'enrolment.code-expired': {
    resident: '注册码已经过期。请找工作人员。',
    staff: '请平台管理员发新的注册码。',
  },
  'enrolment.already-enrolled': {
    resident: '上级平台已经登记了另一台同名的机器。请找工作人员。',
    staff: '核对终端编号有没有重复；是换新机器的，请平台管理员先停用旧的，再发注册码。',
  },
  'enrolment.key-in-use': {
    resident: '这台机器的身份和另一台重复了。请找工作人员。',
    staff: '这台机器的数据像是从别处复制来的；再注册一次，仍不行就告诉平台管理员。',
  },

  'fleet.no-key': {
    resident: '这台机器照常服务。',
    staff:
      '这台终端还没有平台的指令密钥：重新注册，或等下一次心跳；核对 npm run platform -- fleet key 的指纹。',
  },
  'fleet.signature-wrong': {
    resident: '这台机器照常服务。',
    staff:
      '收到的指令不是用已固定的密钥签的，没有执行。核对平台地址和密钥指纹；若平台换了密钥，请重新注册终端。',
  },
  'fleet.malformed': {
    resident: '这台机器照常服务。',
    staff: '指令的格式不对，没有执行。请告诉平台的运维人员。',
  },
  'fleet.not-ours': {
    resident: '这台机器照常服务。',
    staff: '这条指令是给另一台终端的，没有执行。若磁盘是复制来的，请重新注册。',
  },
  'fleet.too-early': {
    resident: '这台机器照常服务。',
    staff: '指令还没有到生效时间，没有执行。核对终端和平台的时钟，再下一次指令。',
  },
  'fleet.expired': {
    resident: '这台机器照常服务。',
    staff: '指令已过期，没有执行。需要时请再下一次指令。',
  },
  'fleet.replayed': {
    resident: '这台机器照常服务。',
    staff: '这条指令以前执行过，没有再执行。如果反复出现，请检查通往平台的线路。',
  },
  'fleet.unknown-order': {
    resident: '这台机器照常服务。',
    staff: '这个版本的程序不认识这种指令，没有执行。请先升级终端程序。',
  },
  'fleet.interrupted': {
    resident: '这台机器照常服务。',
    staff: '执行指令时程序中断了，不会自动重做。请查看终端情况，需要时再下一次指令。',
  },
  'fleet.not-here': {
    resident: '这台机器照常服务。',
    staff: '这台终端没有执行这种指令的部件，请在现场安装。',
  },
  'fleet.program-by-hand': {
    resident: '这台机器照常服务。',
    staff:
      '这台终端的程序由安装包更换，不按指令更换：deb 从本区的 apt 软件源取得，AppImage 和 Windows 安装程序由人安装。现在的程序照常使用。请在软件源发布新版本，或派人装上。',
  },
  'parcel.no-key': {
    resident: '这台机器照常服务。',
    staff:
      '配置里没有更新包的验证公钥（parcels.verifyWith），没有采用。在终端的配置文件里填好，再下一次指令。',
  },
  'parcel.signature-wrong': {
    resident: '这台机器照常服务。',
    staff: '更新包不是用认可的密钥签的，没有采用，原来的照常使用。核对是谁做的包、用的哪把密钥。',
  },
  'parcel.malformed': {
    resident: '这台机器照常服务。',
    staff: '更新包的清单格式不对，没有采用，原来的照常使用。请重新做包。',
  },
  'parcel.other-kind': {
    resident: '这台机器照常服务。',
    staff: '指令要的更新包和清单上的种类不同，没有采用。核对清单，再下一次指令。',
  },
  'parcel.other-version': {
    resident: '这台机器照常服务。',
    staff: '收到的清单不是指令指定的那一份，没有采用，原来的照常使用。请告诉平台的运维人员。',
  },
  'parcel.damaged': {
    resident: '这台机器照常服务。',
    staff:
      '更新包的文件不完整或被改动，没有采用，原来的照常使用。再下一次指令；仍不行，在平台上重新添加这个包。',
  },
  'parcel.too-large': {
    resident: '这台机器照常服务。',
    staff: '更新包超过允许的大小，没有采用。请把包做小。',
  },
  'parcel.needs-newer': {
    resident: '这台机器照常服务。',
    staff: '这个更新包要更新版本的程序，没有采用。请先升级终端程序。',
  },
  'parcel.not-ours': {
    resident: '这台机器照常服务。',
    staff:
      '这份配置是给另一台终端或另一个站点的，没有采用，原来的照常使用。核对包里的 terminal、station 和地区。',
  },
  'parcel.config-refused': {
    resident: '这台机器照常服务。',
    staff: '用这份配置终端启动不了，没有采用，原来的照常使用。日志里有文件、行和键；改好后重新做包。',
  },
  'parcel.catalogue-refused': {
    resident: '这台机器照常服务。',
    staff: '目录里有事项不完整，没有采用，原来的目录照常使用。日志里有是哪一项；改好后重新做包。',
  },
  'parcel.no-room': {
    resident: '这台机器照常服务。',
    staff: '磁盘剩余空间不够放更新包，没有采用。清理磁盘，再下一次指令。',
  },
  'parcel.unknown': {
    resident: '这台机器照常服务。',
    staff: '平台上没有这个更新包。先用 npm run platform -- parcel add 添加，再下一次指令。',
  },
  'parcel.replaced': {
    resident: '这台机器照常服务。',
    staff: '这条指令还没做完，又来了同类的新指令，按新的做。不用处理。',
  },
  'parcel.not-ready': {
    resident: '这台机器照常服务。',
    staff: '更新后终端没有启动成功，已自动换回原来的。查看日志，改好后重新做包。',
  },
  'update.request-wrong': {
    resident: '这台机器照常服务。',
    staff: '升级请求或它指的文件不对，没有升级。请重新下发；若反复出现，请检查这台终端是否被人动过。',
  },
  'update.older': {
    resident: '这台机器照常服务。',
    staff: '这个版本比已装的旧，也不是上一个版本，没有装。确实要退回更早的版本，请到现场安装。',
  },
  'update.not-whole': {
    resident: '这台机器照常服务。',
    staff: '新版本没有装好或自检没通过，没有换上。查看 journalctl -u yizhan-update，缺什么补什么，再下发。',
  },
  'update.no-way-back': {
    resident: '这台机器照常服务。',
    staff: '装上后现在的版本就读不了数据库，退不回来，所以没有装。请先升级到中间的版本。',
  },
  'update.crashed': {
    resident: '这台机器照常服务。',
    staff: '新版本试运行时崩溃，已自动换回原来的版本，收到的申请都在。查看日志，改好再下发。',
  },
  'store.schema-unknown': {
    resident: '这台机器现在不能办理。请找工作人员。',
    staff: '装回与数据库相配的程序版本；不要删除数据库。',
  },
  'store.not-durable': {
    resident: '这台机器现在不能办理。请找工作人员。',
    staff: '把数据文件夹放到本机硬盘上，不要放在网络盘或 U 盘。',
  },
  'store.in-use': {
    resident: '这台机器现在不能办理。请找工作人员。',
    staff: '数据正被另一个程序使用：先停下这台终端，再用命令处理。',
  },
  'store.other-user': {
    resident: '这台机器现在不能办理。请找工作人员。',
    staff:
      '数据文件夹属于另一个用户：用那个用户运行（装好的终端：sudo -u yizhan …）；已经写进去的文件，用 chown 交还给它。',
  },
  'store.full': {
    resident: '这台机器存不下了，这一步没有做成。请到{desk}办理。',
    staff: '腾出硬盘空间，不要动数据文件夹；空间够，就是当天编号用完，请改用别的终端。',
  },
  'store.corrupt': {
    resident: '这台机器出了故障，这一步可能没有存好。请到{desk}，工作人员会先查一查。',
    staff: '等终端自己重新启动，再查这笔申请收到没有；请技术人员检查硬盘，不要删除数据文件夹。',
  },
  'store.failed': {
    resident: '这台机器出了故障，这一步可能没有存好。请到{desk}，工作人员会先查一查。',
    staff: '等终端自己重新启动，再查这笔申请收到没有；再出现就停用这台终端，检查硬盘，不要删除数据文件夹。',
  },
  'store.key-missing': {
    resident: '这台机器现在不能办理。请找工作人员。',
    staff: '从备份放回密钥文件（日志里有文件名），不要新建一个。',
  },
  'store.attachment-gone': {
    resident: '这份申请附的照片或签名坏了。请找工作人员，需要补交。',
    staff: '联系申请人补交材料，并请技术人员检查这台终端的硬盘。',
  },
  'store.suite-missing': {
    resident: '这台机器现在不能办理。请找工作人员。',
    staff: '本机程序不支持日志里写的加密算法：改用支持它的版本，或改正 sealing.suite。',
  },

  'config.unreadable': {
    resident: '这台机器还没有设置好。请找工作人员。',
    staff: '检查日志里写的那个文件在不在、能不能打开。',
  },
  'config.syntax': {
    resident: '这台机器还没有设置好。请找工作人员。',
    staff: '按提示的行号改正配置文件的写法。',
  },
  'config.unknown-key': {
    resident: '这台机器还没有设置好。请找工作人员。',
    staff: '按提示的行号删掉或改正配置里不认识的名称。',
  },
  'config.missing-key': {
    resident: '这台机器还没有设置好。请找工作人员。',
    staff: '在配置里补上提示所写的那一项。',
  },
  'config.wrong-type': {
    resident: '这台机器还没有设置好。请找工作人员。',
    staff: '按提示的行号改正：数字不加引号，文字加引号。',
  },
  'config.wrong-value': {
    resident: '这台机器有一处没有设置好。请找工作人员。',
    staff: '按提示把配置里这一项改成允许的值。',
  },

  'api.malformed': {
    resident: '刚才那一步没有做成。请再按一次；还不行，请找工作人员。',
    staff: '刷新屏幕页面；仍然出现，重新启动这台终端。',
  },
  'api.too-large': {
    resident: '这次填的内容太多，没有收进去。请填短一些再试。',
    staff: '帮居民把这一项写短一些，或请居民重新签名。',
  },
  'api.unknown-procedure': {
    resident: '这个屏幕做不了这一步。请找工作人员。',
    staff: '刷新屏幕页面，让页面和终端是同一个版本。',
  },
  'api.forbidden': {
    resident: '这个屏幕还不能用。请找工作人员。',
    staff: '用终端启动时给出的完整网址重新打开页面。',
  },
  'api.failed': {
    resident: '刚才那一步没有做成。请再按一次；还不行，请找工作人员。',
    staff: '重新启动这台终端，把出现的时间告诉技术人员。',
  },

  'access.wrong-pin': {
    resident: '工号或密码不对，请重新输入。',
    staff: '核对工号；忘记密码请技术人员重设。',
  },
  'access.locked': {
    resident: '输错次数太多，请稍后再试。',
    staff: '等一会儿再试；着急就请技术人员重设密码。',
  },
  'access.busy': {
    resident: '现在登录的人多，请过几秒再试。',
    staff: '过几秒再试一次。',
  },
  'access.signed-out': {
    resident: '登录已经结束，请重新登录。',
    staff: '重新登录，排队情况不受影响。',
  },
  'access.pin-weak': {
    resident: '密码要六到十二位数字，不能太好猜。',
    staff: '换一个密码，不用连号和重复的数字。',
  },
  'access.account-exists': {
    resident: '这个工号已经有了。',
    staff: '换一个工号，或者重设它的密码。',
  },
  'access.account-unknown': {
    resident: '没有这个工号。',
    staff: '列出所有工号核对一下。',
  },
  'access.not-admitted': {
    resident: '这台电脑还没有获准使用，请找技术人员。',
    staff: '在终端上输入这台电脑显示的六位数字。',
  },
  'access.code-unknown': {
    resident: '没有电脑在显示这组数字。',
    staff: '看清电脑上现在的六位数字，再输入一次。',
  },
  'access.browser-unknown': {
    resident: '没有这个名称的电脑。',
    staff: '列出已获准的电脑核对名称。',
  },
  'access.visit-open': {
    resident: '这台机器正有人在办事。',
    staff: '有人正在这台机器上办事：等他办完，或者和他说好以后先退出。',
  },
  'access.permit-wrong': {
    resident: '授权码不对，请核对后重新输入。',
    staff: '核对十六位数字；授权码只用于这一台终端。',
  },
  'access.permit-early': {
    resident: '这个授权码还没有到时间。',
    staff: '看本机时间对不对；时间对，就等到授权码开始的时间。',
  },
  'access.permit-over': {
    resident: '这个授权码已经失效。',
    staff: '看本机时间对不对；时间对，请平台管理员另发一个授权码。',
  },
  'access.permit-clock': {
    resident: '授权码的时间和本机时间相差太远。',
    staff: '多半是本机的日期和时间错了：先把时间调对，再输入一次。',
  },
  'access.permit-revoked': {
    resident: '这个授权码已经撤销。',
    staff: '请平台管理员另发一个授权码。',
  },
  'access.card-unknown': {
    resident: '这张卡没有登记过，请输入工号和密码。',
    staff: '这张卡没有登记过。用工号和密码登录，在“我的账号”里登记。',
  },
  'access.card-expired': {
    resident: '这张卡已过有效期，请输入工号和密码。',
    staff: '这张卡已过有效期。用工号和密码登录；换领新卡以后重新登记。',
  },
  'access.card-locked': {
    resident: '没有登记的卡试得太多，请稍后再刷，或者输入工号和密码。',
    staff: '没有登记的卡试得太多。用工号和密码登录，或者过一会儿再刷。',
  },
  'access.card-taken': {
    resident: '这张卡已经登记在另一个工号下。',
    staff: '这张卡登记在另一个工号下：让那位同事或者技术人员先取消。',
  },
  'access.card-none': {
    resident: '这个工号没有登记卡。',
    staff: '不用再做什么。',
  },
  'access.first-role': {
    resident: '这个工号不能开始这一步。',
    staff: '请技术人员先输入自己的工号和密码，再请第二个人输入。',
  },
  'access.second-needed': {
    resident: '这一步要两个人一起做：请另一位工作人员输入自己的工号和密码。',
    staff: '请另一位有权限的同事来，五分钟内在这里或另一台电脑上确认。',
  },
  'access.second-same': {
    resident: '第二个人不能是本人，请另一位工作人员来确认。',
    staff: '换一位同事，用他自己的工号和密码确认。',
  },
  'access.second-role': {
    resident: '这个工号不能确认这一步。',
    staff: '请技术人员或窗口人员来确认；停用最后一个技术人员账号时请窗口人员确认。',
  },
  'access.second-over': {
    resident: '没有等待确认的操作：已经过期、取消、做完，或者内容改了。',
    staff: '从头再做一次，然后请同事在五分钟内确认。',
  },
  'lan.certificate-unusable': {
    resident: '本机现在不能供窗口使用，请找工作人员。',
    staff:
      '先看本机的日期和时间对不对；再核对配置 lan.certificate 里的证书和私钥：能否读取、是否配对、是否在有效期内。',
  },
  'lan.port-busy': {
    resident: '本机现在不能供窗口使用，请找工作人员。',
    staff: '关掉占用配置 lan.port 的程序，一分钟内会自动恢复。',
  },
  'lan.cannot-listen': {
    resident: '本机现在不能供窗口使用，请找工作人员。',
    staff:
      '请技术员看：网线插好了没有，本机现在是不是配置 lan.host 的地址，lan.port 是否小于 1024（一般不允许使用）。每分钟会再试一次。',
  },

  'terminal.decommissioned': {
    resident: '本机已停用。请到{desk}。',
    staff: '本机已退役，密钥已销毁：要再用，请换一个新的数据文件夹并重新登记。',
  },
  'technician.device-unknown': {
    resident: '这件事由技术人员来做。请找工作人员。',
    staff: '配置里没有这个设备：刷新页面再看。',
  },
  'technician.device-off': {
    resident: '这件事由技术人员来做。请找工作人员。',
    staff: '这个设备是关着的：先启用它。',
  },
  'technician.visit-open': {
    resident: '这件事由技术人员来做。请找工作人员。',
    staff: '有居民正在办理：等办完再做。先“暂停服务”，就不会有下一位。',
  },
  'technician.in-service': {
    resident: '这件事由技术人员来做。请找工作人员。',
    staff: '先“暂停服务”，再做这件事。',
  },
  'technician.burn-in-runs': {
    resident: '这件事由技术人员来做。请找工作人员。',
    staff: '老化测试正在进行：等它结束，或先停止。',
  },
  'technician.store-too-large': {
    resident: '这件事由技术人员来做。请找工作人员。',
    staff: '数据库太大，运行中检查会让本机停住：重启本机程序，启动时会检查。',
  },
  'technician.file-unreadable': {
    resident: '这件事由技术人员来做。请找工作人员。',
    staff: '这个文件读不出来：核对路径和权限，或换上新的文件。',
  },
  'technician.at-kiosk': {
    resident: '这件事由技术人员来做。请找工作人员。',
    staff: '自助机上存不了文件：请在站内电脑上登录技术控制台下载。',
  },
  'technician.folder-refused': {
    resident: '这件事由技术人员来做。请找工作人员。',
    staff: '只能写到插入的 U 盘：填它的文件夹，例如 /media/usb。',
  },
  'technician.not-written': {
    resident: '这件事由技术人员来做。请找工作人员。',
    staff: '文件没有写成：核对 U 盘插好、有空间、没有写保护。',
  },
  'technician.other-terminal': {
    resident: '这件事由技术人员来做。请找工作人员。',
    staff: '终端编号不对：照屏幕上的编号原样输入。',
  },
  'technician.leftovers': {
    resident: '这件事由技术人员来做。请找工作人员。',
    staff: '还有没送出或没处理的内容，不能退役：先处理完清单上的每一项。',
  },
  'station.clock-wrong': {
    resident: '本机的时间不对，现在不能办理。请到{desk}，或换一台自助机。',
    staff: '本机日期不对，编号会跟着错：校准系统时间（主板电池没电就换电池），对了自动恢复。',
  },
  'station.out-of-service': {
    resident: '本机正在维护。请到{desk}，或换一台自助机。',
    staff: '本机在维护状态：维护完了，由技术员在技术控制台点“恢复服务”。',
  },
  'visit.none': {
    resident: '这次办理已结束。没交的内容已清除，交过的不受影响。请从首页再办。',
    staff: '请居民回到首页重新开始；交过的申请按收件编号查。',
  },
  'visit.wrong-step': {
    resident: '这一步现在做不了。请按屏幕上现在的提示接着办。',
    staff: '帮居民看当前页面；走不下去，就结束这次办理，从首页重新开始。',
  },
  'item.unknown': {
    resident: '没有找到这个事项。请回首页另选，或找工作人员。',
    staff: '请平台管理员核对这个事项是否还对本站开放。',
  },
  'regions.broken': {
    resident: '地址列表暂时不能用，请直接写地址。',
    staff: '行政区划表有误，请告诉平台管理员改正 regions.csv；原来的表继续使用。',
  },
  'item.broken': {
    resident: '这个事项在这台机器上暂时办不了。请找工作人员。',
    staff: '把事项名称告诉平台管理员，请他改正事项定义；先在窗口办理。',
  },
  'draft.needs-card': {
    resident: '现在不能提交，只能存草稿；存草稿要放身份证，别人才打不开。请放身份证，或找工作人员。',
    staff: '读卡器坏了就先在窗口登记；网络恢复后，不放身份证也能办。',
  },
  'item.not-offline': {
    resident: '这个事项要连上上级平台才能办，现在连不上。请找工作人员。',
    staff: '检查网线和路由器；急办的先在窗口登记。',
  },
  'item.guide-only': {
    resident: '这件事本机只能看怎么办，要到窗口办理。',
    staff: '请居民到指南上写的窗口办理。',
  },
  'item.closed': {
    resident: '这件事现在不在办理时间里。请看指南上写的时间。',
    staff: '告诉居民什么时候再来；办理时间由事项的主管单位定。',
  },
  'catalogue.empty': {
    resident: '这台机器上还没有可办的事项。请找工作人员。',
    staff: '检查网络，让机器连上上级平台取一次事项。',
  },
  'chain.unknown': {
    resident: '这里没有这项“一件事”，或者其中的事项现在不能办。请找工作人员。',
    staff: '检查上级平台的“一件事”目录，和本机可办的事项。',
  },
  'intake.incomplete': {
    resident: '还有内容要补填或改一下。请按屏幕上的提示填好再交。',
    staff: '帮居民按页面上的提示逐项填好。',
  },
  'intake.consent-missing': {
    resident: '有一项说明要您同意才能接着办。有疑问请找工作人员。',
    staff: '给居民讲清这项说明，由居民自己决定是否同意。',
  },
  'intake.attachments-refused': {
    resident: '照片太大或太多，这一步没有做成。请重拍或少拍几张，或找工作人员。',
    staff: '帮居民重拍，或到窗口交纸质材料。',
  },
  'print.no-job': {
    resident: '没有找到要打的小票。您的申请不受影响，可用手机拍下屏幕上的编号。',
    staff: '把收件编号抄给居民。',
  },
  'print.kiosk-busy': {
    resident: '自助机正有人用，小票等一下再打。',
    staff: '自助机前有人在办事，小票会打到别人面前：等这个人办完再补打。',
  },
  'case.not-shown': {
    resident: '现在不能对这件事评价或要求重新答复。请重新查一次，或找工作人员。',
    staff: '请居民重新查询该办件；未办结或已评价、已要求重新答复的，不能再提交。',
  },

  'progress.none': {
    resident: '没有查到。请对照小票，看编号和查询码有没有输错；也可以放身份证查。',
    staff: '请居民放身份证查；编号和查询码都在小票上，一个编号一天错满十次后只能用身份证查。',
  },
  'progress.too-many': {
    resident: '这台机器上查错的次数太多了，请过十分钟再查，或者找工作人员。',
    staff: '十分钟后会自己恢复；没有居民在查却出现，请告诉技术人员。',
  },
  'progress.busy': {
    resident: '上级平台现在事情很多，答不过来。请过一会儿再试一次，或者找工作人员。',
    staff: '不是这台机器的问题，过一两分钟再试；半小时后仍这样，告诉平台管理员。',
  },
  'progress.not-a-slip': {
    resident: '这不是本站小票上的码。请扫小票上的二维码，或者用别的方法查。',
    staff: '居民可能扫了居民码或别处的码；请帮他放身份证查。',
  },
  'progress.needs-line': {
    resident: '现在连不上上级平台，查不到最新的进度。可以过一会儿再来，或打电话问。',
    staff: '检查网络；本机知道的已显示在屏幕上，其余请到平台上查。',
  },
  'progress.no-answer': {
    resident: '上级平台现在答不上来。请过一会儿再查，或者找工作人员。',
    staff: '看日志里的原因，告诉技术人员；可先在平台的办件页面上帮居民查。',
  },
  'progress.moved': {
    resident: '这件现在不用补正了，或者您的补正正在上报。请返回再看一看。',
    staff: '到平台上看这件办件的状态；本机发不出去的补正在待处理里。',
  },
  'progress.form-changed': {
    resident: '这件事的表改过了，不能在这里补正。请到窗口，由工作人员帮您补正。',
    staff: '填表时的事项版本已经换掉，请在窗口收下补正的内容，交给部门。',
  },
  'parked.unknown': {
    resident: '这件事要由工作人员来办。请到窗口。',
    staff: '这台终端里没有这一件；请核对编号，或到收件的那台终端上找。',
  },
  'parked.settled': {
    resident: '这件事要由工作人员来办。请到窗口。',
    staff: '别人已经处理了这一件，或者它正在发送；刷新清单再看。',
  },
  'parked.item-gone': {
    resident: '这件事要由工作人员来办。请到窗口。',
    staff: '填表时用的事项版本已经不在；请转出，或请居民重新填报。',
  },
  'queue.not-here': {
    resident: '这里不取号，请直接到窗口。',
    staff: '本终端的配置里没有 queue，排队没有开通。',
  },
  'queue.ticket-unknown': {
    resident: '今天没有这个号。请看看小票，或者找工作人员。',
    staff: '今天没有这个号：核对号码和日期；昨天的号已经作废，请重新取号。',
  },
  'queue.wrong-state': {
    resident: '这个号现在不能这样办。请找工作人员。',
    staff: '别人已经处理了这个号，或者它已经办完；看一下清单里它现在的状态。',
  },
  'queue.other-window': {
    resident: '这个号在别的窗口。请看叫号屏。',
    staff: '这个号在别的窗口：看一下清单，或者请那个窗口转过来。',
  },
  'queue.line-unknown': {
    resident: '这里没有这类业务的排队。请找工作人员。',
    staff: '配置里没有这个字母的队列：核对 queue.lines。',
  },
  'queue.line-closed': {
    resident: '今天取号已经结束。急事请找工作人员。',
    staff: '已过最后取号时间；确需办理的，在窗口按“无号来人”办理。',
  },
  'queue.nobody-waits': {
    resident: '现在没有人在等。',
    staff: '这个窗口能办的队列里没有人在等。',
  },
  'queue.window-closed': {
    resident: '这个窗口现在不办理。请看叫号屏。',
    staff: '这个窗口没有开，或者暂停着：先开窗口，再叫号。',
  },
  'queue.window-busy': {
    resident: '这个窗口正在办理。请稍等。',
    staff: '先说清上一位：来了、办完，还是没来；然后再叫下一位。',
  },
  'queue.window-taken': {
    resident: '这个窗口现在由别人使用。',
    staff: '另一位同事登录着这个窗口：请他先关闭，或者换一个窗口。',
  },
  'queue.too-soon': {
    resident: '请稍等一下再按。',
    staff: '按得太快：等几秒再按；老人走过来要时间。',
  },
  'queue.recalled-enough': {
    resident: '已经叫了好几次。请到窗口。',
    staff: '叫的次数已满：按“未到”，他按时回来还能排。',
  },
  'queue.return-late': {
    resident: '过号时间太久，这个号不能再排。请重新取号。',
    staff: '过号已超过时限：请居民重新取号，或者从清单里直接叫他。',
  },
  'queue.ticket-void': {
    resident: '这个号两次都没有到，已经作废。请重新取号。',
    staff: '过号次数已满，号已作废：请居民重新取号，或者在窗口按“无号来人”办理。',
  },
  'queue.ticket-over': {
    resident: '这个号已经办完或者取消了。还要办事，请重新取号。',
    staff: '这个号已经结束：核对小票；还要办的请重新取号。',
  },
  'queue.ticket-away': {
    resident: '这个号窗口正在办理，或者给您留着。请回到刚才的窗口。',
    staff: '这个号在窗口，或者被窗口挂起：请他回原窗口，或者从清单里恢复。',
  },
  'queue.slip-of-another-day': {
    resident: '这张小票不是今天的，不能再用。请重新取号。',
    staff: '小票是别的日子的：号每天作废，请重新取号。',
  },
  'queue.not-a-slip': {
    resident: '这不是取号小票上的码。请扫小票下面的二维码，或者按号码输入。',
    staff: '扫到的不是排队小票的码：核对小票，或者手工输入号码。',
  },
  'queue.booking-unknown': {
    resident: '没有查到这个预约号。请核对预约短信上的号码，或者取普通号。',
    staff: '平台没有这个预约号：核对号码；也可以先取普通号。',
  },
  'queue.booking-none': {
    resident: '用这张身份证没有查到预约。请核对预约短信，或者取普通号。',
    staff: '这张身份证没有预约：问一问是不是用别的证件预约的；也可以先取普通号。',
  },
  'queue.booking-needs-line': {
    resident: '今天本站的预约里没有查到。现在网络断了，查不了别的。请取普通号，或者找工作人员。',
    staff: '网络断开，只能核对已下载的今天的预约：看居民手机上的预约，按实际情况取号。',
  },
  'queue.not-a-booking': {
    resident: '这不是预约码。请打开预约成功的页面，把二维码放到扫码的地方。',
    staff: '扫到的不是预约码：核对手机页面，或者手工输入预约号。',
  },
  'queue.booking-early': {
    resident: '还没有到预约签到的时间。请等一会儿再来，或者取普通号。',
    staff: '还没到签到时间：可以等，也可以取普通号。',
  },
  'queue.booking-used': {
    resident: '这个预约已经签到。请用已经取的号。',
    staff: '这个预约已经签到：在清单里找它的号；小票丢了可以补打。',
  },
  'queue.nowhere': {
    resident: '现在不能转到那里。请找工作人员。',
    staff: '那个队列、窗口或同事现在不在，或者号已经在那里：换一个再转。',
  },
  'queue.nothing-to-undo': {
    resident: '现在没有可以撤回的。请找工作人员。',
    staff: '时间过了，或者之后别人又动过这个号：请在清单里处理。',
  },
  'queue.numbers-used-up': {
    resident: '这台机器的号已经发完。请到窗口，由工作人员给您排队。',
    staff: '号码已发完：用纸质号，或在窗口按“无号来人”办理；号段在配置的 queue.blocks。',
  },
  'queue.hub-lost': {
    resident: '这台机器现在连不上排队主机，这件事办不了。请到窗口找工作人员。',
    staff: '连不上排队主机：取号照常（本机号段），叫号请到主机的窗口页面；看主机是否开机、网线是否插好。',
  },
  'queue.hub-refuses': {
    resident: '这台机器现在不能取号。请换一台机器，或找工作人员。',
    staff:
      '排队主机不接受这台终端：请技术人员在主机上准入（terminal-编号），并核对两边的 queue.lines 和 queue.blocks。',
  },
  'queue.hub-replaced': {
    resident: '这台机器现在不能取号。请换一台机器，或找工作人员。',
    staff: '排队主机已换成另一台：请打开新主机的窗口页面；技术人员要把这台设为新主机的成员（hub）。',
  },
  'queue.number-twice': {
    resident: '这个号有两张。请找工作人员，两张都会办。',
    staff: '两台终端发了同一个号：两位都要办；核对 queue.blocks，号段不能重叠，并告诉技术人员。',
  },
  'handed.none': {
    resident: '没有随号交来的内容。请在窗口说一说您要办的事。',
    staff: '这个号没有交来填写的内容，或者已经删除：请当面询问。',
  },
  'handed.not-yours': {
    resident: '这个号在别的窗口。请看叫号屏。',
    staff: '只有正在办理这个号的人能看：先叫号，再打开。',
  },
  'handed.kiosk-silent': {
    resident: '您填的内容现在还拿不到。请在窗口说一说您要办的事。',
    staff: '存着这份内容的自助机没有应答：看它是否开机、网线是否插好，再打开一次；等不及就当面询问。',
  },
  'help.gone': {
    resident: '没有人在叫工作人员了。',
    staff: '这次呼叫已经结束：对方取消了、走了，或者已经有人处理。',
  },
  'help.taken': { resident: '已经有工作人员在过来。', staff: '已经有同事去了，您不用去。' },
  'transfer.unreadable': {
    resident: '这件事要由工作人员来办。请到窗口。',
    staff: '读不到这个文件：检查 U 盘和文件名。',
  },
  'transfer.not-written': {
    resident: '这件事要由工作人员来办。请到窗口。',
    staff: '文件没有写成：换一个文件名，或换一个有空间的 U 盘。',
  },
  'transfer.not-ours': {
    resident: '这件事要由工作人员来办。请到窗口。',
    staff: '这不是转移文件：请选导出时写的那个文件。',
  },
  'transfer.version-unknown': {
    resident: '这件事要由工作人员来办。请到窗口。',
    staff: '文件来自更新的版本：先升级本机程序，再导入。',
  },
  'transfer.code-garbled': {
    resident: '这件事要由工作人员来办。请到窗口。',
    staff: '转移码有输错的地方：按提示的那一组重新输入。',
  },
  'transfer.wrong-code': {
    resident: '这件事要由工作人员来办。请到窗口。',
    staff: '这是另一个文件的转移码：找到与本文件一起记下的那个。',
  },
  'transfer.damaged': {
    resident: '这件事要由工作人员来办。请到窗口。',
    staff: '文件不完整，能证实的已经导入：重新导出一次，再导入，不会重复。',
  },
  'transfer.other-station': {
    resident: '这件事要由工作人员来办。请到窗口。',
    staff: '这是别的站点的文件：请在那个站点的终端上导入。',
  },
};

/** While the station is not known yet. */
export const anyDeskZh = '人工窗口';
