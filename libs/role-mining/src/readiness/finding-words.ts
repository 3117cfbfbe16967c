/** The kinds of findings, the most harmful first. The names are part of the API. */
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

/** The texts of a finding: a noun for a count of one, a noun for other counts, and advice. */
interface FindingWords {
  readonly one: string
  readonly many: string
  readonly advice: string
}

/** The texts, with the values of the settings that they mention. */
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
      advice:
        'No person has this id. Add the people, or a key that identifies them; until then their access is not mined.',
    },
    ambiguous_links: {
      one: 'ambiguous link',
      many: 'ambiguous links',
      advice: 'Several people have this key. Give each person a separate key, or link the account by hand.',
    },
    conflicting_links: {
      one: 'conflicting link',
      many: 'conflicting links',
      advice: 'Two rules find two people for one account, and the first rule decides. Check who owns the account.',
    },
    people_without_access: {
      one: 'person without access',
      many: 'people without access',
      advice:
        'They count as people who hold nothing. Load the source of their access, or leave them out if they have none here.',
    },
    disabled_people_with_access: {
      one: 'disabled or deleted person with access',
      many: 'disabled or deleted people with access',
      advice: 'Remove their access in the application. It is not mined.',
    },
    repeated_mail_addresses: {
      one: 'mail address of several people',
      many: 'mail addresses of several people',
      advice:
        'One person is here twice, or people share a mailbox. Merge the duplicates, and give the others separate addresses.',
    },
    repeated_names: {
      one: 'name of several people',
      many: 'names of several people',
      advice: 'Check whether they are one person with two records.',
    },
    placeholders: {
      one: 'cell with only a placeholder',
      many: 'cells with only placeholders',
      advice: 'Leave such cells empty. Mining treats them as empty; the rules of access profiles do not.',
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
        'Each cell counts as one value now. Rename the column as shown, or add a "split" to the map: then each part is a value.',
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
        'Mining leaves them out. If grants are only in groups by this attribute, add another attribute for these people.',
    },
    nearly_unique_attributes: {
      one: 'attribute with hardly a value that people share',
      many: 'attributes with hardly a value that people share',
      advice: `They describe hardly any group of ${minCohortSize} people. Leave them out, or load a coarser attribute, such as the site instead of the desk.`,
    },
    entitlements_held_by_nobody: {
      one: 'entitlement without a holder',
      many: 'entitlements without a holder',
      advice: 'They cannot be mined. Check whether a source of grants is missing; otherwise remove them.',
    },
    entitlements_held_by_one: {
      one: 'entitlement with only one holder',
      many: 'entitlements with only one holder each',
      advice: 'No role needs them. Ask whether they are still used.',
    },
    entitlements_with_same_holders: {
      one: 'entitlement with the same holders as another',
      many: 'entitlements with the same holders as others',
      advice: 'They may be one right under two names, or always be given together. If they mean the same, keep one.',
    },
    undescribed_entitlements: {
      one: 'entitlement that only grants mention',
      many: 'entitlements that only grants mention',
      advice: 'No file describes them. A misspelt id looks like this.',
    },
    groups_in_groups: {
      one: 'group that a group holds',
      many: 'groups that groups hold',
      advice:
        'Access through these groups is effective access. It is mined only if the data are loaded with --effective.',
    },
    group_cycles: {
      one: 'cycle of groups',
      many: 'cycles of groups',
      advice: 'Each of these groups contains all others. Remove one membership of each cycle.',
    },
    old_last_uses: {
      one: 'grant with a last use more than 90 days before the newest',
      many: 'grants with a last use more than 90 days before the newest',
      advice: 'Check whether they are still needed before a role gives them to other people.',
    },
    future_last_uses: {
      one: 'grant with a last use in the future',
      many: 'grants with a last use in the future',
      advice: 'Check the format of the date and the clock of their source.',
    },
    days_without_usage: {
      one: 'day since the last usage',
      many: 'days since the last usage',
      advice: 'The feed may have stopped. Until it continues, the present usage is not known.',
    },
    grants_in_no_cohort: {
      one: 'grant in no group of people',
      many: 'grants in no group of people',
      advice: `No group of at least ${minCohortSize} people with the same attributes holds them to ${percent} %. Load more attributes, or mine potential roles, which need none.`,
    },
  }
}
