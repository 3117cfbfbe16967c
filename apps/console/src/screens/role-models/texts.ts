import type { RoleModel } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { MiningPhase } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { enumWords } from '../../kit/enum-words.ts'
import { counted, formatCount } from '../../kit/figures.ts'

export const texts = {
  title: 'Role models',
  looking: 'Looking for role models.',
  none: 'There is no role model. A role model is a set of roles that together give everybody what they hold.',
  models: 'Role models, the newest first',
  start: 'Mine a role model',
  objective: 'What makes it good',
  objectives: {
    roles: { title: 'As few roles as possible', means: 'every grant in a role, none added' },
    complexity: {
      title: 'As little to look after as possible',
      means: 'every grant in a role, none added; roles, people in roles and entitlements in roles count alike',
    },
    description: {
      title: 'The cheapest, with exceptions',
      means: 'grants may stay outside of roles, or be added, where that costs less than a role for them',
    },
  },
  limits: 'What it has to hold to',
  limitsMean: 'Left empty, nothing is limited.',
  maxRolesPerIdentity: 'Most roles that somebody may have',
  maxIdentitiesPerRole: 'Most people in a role',
  maxEntitlementsPerRole: 'Most entitlements in a role',
  overGrantBudget: 'Most grants that roles may add',
  prices: 'What the parts cost',
  price: {
    role: 'A role',
    membership: 'Somebody in a role',
    entitlement: 'An entitlement in a role',
    missing: 'A grant outside of all roles',
    added: 'A grant that nobody had',
  },
  addedMeans: 'Left empty, none is added.',
  fronts: 'Also find what fewer roles would cost',
  frontsMean: 'Takes up to a minute more, and gives the curve of roles against exceptions.',
  confirm: 'Start',
  mayNot: 'You can see role models, but not start one: this needs the right to mine.',
  cancel: 'Cancel',
  cancelNamed: (time: string) => `Cancel the model of ${time}`,
  running: 'is being mined',
  failed: 'failed',
  started: 'The role model is being mined.',
  phases: {
    [MiningPhase.UNSPECIFIED]: '',
    [MiningPhase.REDUCE]: 'merging what is equal',
    [MiningPhase.DROP_IMPLIED]: 'leaving out what follows from the rest',
    [MiningPhase.COVER]: 'covering all grants',
    [MiningPhase.BOUND]: 'looking for the fewest there can be',
    [MiningPhase.SEARCH]: 'searching',
    [MiningPhase.DESCRIBE]: 'weighing exceptions',
    [MiningPhase.LIMITS]: 'holding to the limits',
    [MiningPhase.VERIFY]: 'checking',
  } satisfies Readonly<Record<MiningPhase, string>>,
  waits: 'waits for its turn',
} as const

/** `covering all grants, 3 of 12 parts` */
export function progressText({ progress }: RoleModel): string {
  if (progress === undefined) return texts.waits
  const phase = enumWords(texts.phases, progress.phase)
  if (progress.components === 0) return phase
  return `${phase}, ${formatCount(progress.componentsDone)} of ${counted(progress.components, 'part', 'parts')}`
}

/** The result of a model. */
export function outcomeText({ figures }: RoleModel): string {
  if (figures === undefined) return ''
  const given = figures.grants - figures.missing
  const all = given === figures.grants ? `all ${formatCount(Number(given))}` : formatCount(Number(given))
  const of = given === figures.grants ? '' : ` of ${formatCount(Number(figures.grants))}`
  const added = figures.added === 0n ? 'none added' : `${formatCount(Number(figures.added))} added`
  return `${counted(figures.roles, 'role gives', 'roles give')} ${all}${of} grants, ${added}`
}

export function listSentence(models: readonly RoleModel[]): string {
  const [newest] = models
  if (newest === undefined) return texts.none
  const outcome = newest.figures === undefined ? '' : ` The newest: ${outcomeText(newest)}.`
  return `${counted(models.length, 'role model', 'role models')}.${outcome}`
}
