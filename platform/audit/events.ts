import type { LocalizedText } from '#contract/localized.ts';

/**
 * What the desk writes down: acts, and every look at what residents submitted. `…asked` is there before an act, so that
 * nothing happens of which there is no trace; `…answered` says what came of it. Details hold ids and codes only, and never a
 * word of a resident.
 */
export const auditEvents = {
  'session.sign-in': { zh: '登录', en: 'Sign-in' },
  'session.nobody': { zh: '用没有的工号登录(合计)', en: 'Sign-ins with ids that nobody has, counted' },
  'session.ended': { zh: '退出登录', en: 'Session ended' },
  'account.added': { zh: '新增账号', en: 'Account added' },
  'account.first-password': { zh: '发放初始密码', en: 'First password given' },
  'account.unlocked': { zh: '解除锁定', en: 'Account unlocked' },
  'account.linked': { zh: '关联部门', en: 'Account linked to a department' },
  'account.reach': { zh: '变更账号管理范围', en: 'Whose accounts an administrator looks after' },
  'account.closed': { zh: '停用账号', en: 'Account closed' },
  'account.password-changed': { zh: '修改密码', en: 'Password changed' },
  'case.opened': { zh: '查看办件(隐去个人信息)', en: 'Case opened, masked' },
  'case.shown': { zh: '查看办件全部信息', en: 'Case shown in full' },
  'case.image-opened': { zh: '查看材料或签名图片', en: 'Picture opened' },
  'ratings.opened': { zh: '查看评价', en: 'Ratings opened' },
  'alerts.opened': { zh: '查看预警', en: 'Alerts opened' },
  'ledger.opened': { zh: '查看差评台账', en: 'Ledger of bad ratings opened' },
  'ledger.case-shown': { zh: '查看差评对应的办件', en: 'Case of a bad rating looked up' },
  'call-backs.opened': { zh: '查看回访', en: 'Call backs opened' },
  'fleet.opened': { zh: '查看终端情况', en: 'State of terminals opened' },
  'act.asked': { zh: '提交办理操作', en: 'Act asked for' },
  'act.answered': { zh: '办理操作结果', en: 'What came of an act' },
  'desk.refused': { zh: '越权访问被拒绝', en: 'Refused: not allowed' },
  'retention.erased': { zh: '按保管期限销毁办件', en: 'Cases erased, their term over' },
  'permit.issued': { zh: '发放限时授权码', en: 'Code for a terminal issued' },
  'permit.revoked': { zh: '撤销限时授权码', en: 'Code for a terminal revoked' },
  'terminal-audit.read': { zh: '查阅终端审计记录', en: 'Audit of terminals read' },
  'audit.read': { zh: '查阅审计记录', en: 'Audit read' },
  'audit.exported': { zh: '导出审计记录', en: 'Audit exported' },
} as const satisfies Record<string, LocalizedText>;

export type AuditEvent = keyof typeof auditEvents;
