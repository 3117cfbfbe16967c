/** What may be found, in the order of what it spoils most. The names are part of the API. */
export const findingKinds = [
  'orphans',
  'ambiguous_links',
  'conflicting_links',
  'people_without_access',
  'disabled_people_with_access',
  'repeated_mail_addresses',
  'repeated_names',
  'placeholders',
  'spelling_variants',
  'cells_like_lists',
  'empty_attributes',
  'nearly_constant_attributes',
  'nearly_unique_attributes',
  'entitlements_held_by_nobody',
  'entitlements_held_by_one',
  'entitlements_with_same_holders',
  'undescribed_entitlements',
  'groups_in_groups',
  'group_cycles',
  'old_last_uses',
  'future_last_uses',
  'days_without_usage',
  'grants_in_no_cohort',
] as const

export type FindingKind = (typeof findingKinds)[number]

/** One finding in words: what stands behind the count, for one and for several, and what to do. */
interface FindingWords {
  readonly one: string
  readonly many: string
  readonly advice: string
}

/** The words, with the settings that they name. */
export function findingWords({
  minCohortSize,
  minCoverage,
}: {
  readonly minCohortSize: number
  readonly minCoverage: number
}): Readonly<Record<FindingKind, FindingWords>> {
  const percent = Math.round(minCoverage * 100)
  return {
    orphans: {
      one: 'orphan',
      many: 'orphans',
      advice: 'No person has this id. Add the people, or a key that names them; until then their access is not mined.',
    },
    ambiguous_links: {
      one: 'ambiguous link',
      many: 'ambiguous links',
      advice: 'Several people have this key. Give each person a key of her own, or link the account by hand.',
    },
    conflicting_links: {
      one: 'conflicting link',
      many: 'conflicting links',
      advice: 'Two rules find two people for one account, and the first rule decides. Look whose account it is.',
    },
    people_without_access: {
      one: 'person without access',
      many: 'people without access',
      advice:
        'They count as people who hold nothing. Load the source of their access, or leave them out if they have none here.',
    },
    disabled_people_with_access: {
      one: 'disabled person with access',
      many: 'disabled people with access',
      advice: 'Remove their access in the application. It is not mined.',
    },
    repeated_mail_addresses: {
      one: 'mail address of several people',
      many: 'mail addresses of several people',
      advice: 'One person is here twice, or people share a mailbox. Merge the one, and give the others addresses.',
    },
    repeated_names: {
      one: 'name of several people',
      many: 'names of several people',
      advice: 'Look whether they are one person with two records.',
    },
    placeholders: {
      one: 'cell that only a placeholder fills',
      many: 'cells that only placeholders fill',
      advice: 'Leave such cells empty. They are taken for empty here, and not by the rules of access profiles.',
    },
    spelling_variants: {
      one: 'value that differs from another by case or blanks alone',
      many: 'values that differ from others by case or blanks alone',
      advice: 'Write them alike where they come from: a rule of an access profile has to name every spelling.',
    },
    cells_like_lists: {
      one: 'attribute whose cells look like lists',
      many: 'attributes whose cells look like lists',
      advice:
        'Each cell is one value as it is. Name the column as shown, or give the map a "split", and each part is a value.',
    },
    empty_attributes: {
      one: 'attribute without a value',
      many: 'attributes without a value',
      advice: 'Fill them, or leave their columns out.',
    },
    nearly_constant_attributes: {
      one: 'attribute that is the same for nearly everybody',
      many: 'attributes that are the same for nearly everybody',
      advice:
        'Mining leaves them out. Where grants lie only in their cohorts, give those people another attribute too.',
    },
    nearly_unique_attributes: {
      one: 'attribute whose values hardly make a group',
      many: 'attributes whose values hardly make groups',
      advice: `They describe hardly a group of ${minCohortSize} people. Leave them out, or load a coarser attribute, such as the site instead of the desk.`,
    },
    entitlements_held_by_nobody: {
      one: 'entitlement without a holder',
      many: 'entitlements without a holder',
      advice: 'Nothing can be mined of them. Look whether a source of grants is missing; else remove them.',
    },
    entitlements_held_by_one: {
      one: 'entitlement that only one holds',
      many: 'entitlements that only one holds each',
      advice: 'No role needs them. Ask whether they are still used.',
    },
    entitlements_with_same_holders: {
      one: 'entitlement with the same holders as another',
      many: 'entitlements with the same holders as others',
      advice: 'They may be one right under two names, or always given together. Keep one of those that mean the same.',
    },
    undescribed_entitlements: {
      one: 'entitlement that only grants name',
      many: 'entitlements that only grants name',
      advice: 'No file describes them. A misspelt id looks like this.',
    },
    groups_in_groups: {
      one: 'group that a group holds',
      many: 'groups that groups hold',
      advice:
        'What people have through them is effective access. It is not mined as theirs unless the data are loaded with --effective.',
    },
    group_cycles: {
      one: 'cycle of groups',
      many: 'cycles of groups',
      advice: 'Each of these groups holds all others. Take one membership of each cycle away.',
    },
    old_last_uses: {
      one: 'grant whose last use is over 90 days before the newest',
      many: 'grants whose last use is over 90 days before the newest',
      advice: 'Ask whether they are still needed before a role gives them to others.',
    },
    future_last_uses: {
      one: 'grant with a last use in the future',
      many: 'grants with a last use in the future',
      advice: 'Look at the form of the date, or at the clock, of their source.',
    },
    days_without_usage: {
      one: 'day since usage ends',
      many: 'days since usage ends',
      advice: 'The feed may have stopped. Until it continues, the present usage is not known.',
    },
    grants_in_no_cohort: {
      one: 'grant in no cohort',
      many: 'grants in no cohort',
      advice: `No group of ${minCohortSize} people and more with the same attributes holds them to ${percent} %. Load more attributes, or mine potential roles, which need none.`,
    },
  }
}
