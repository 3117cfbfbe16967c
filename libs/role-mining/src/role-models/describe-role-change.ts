import type { RevisionCause, StoredRoleChange } from './revised-model.ts'

const nouns: Readonly<Record<RevisionCause['kind'], readonly [one: string, many: string]>> = {
  joiner: ['joiner', 'joiners'],
  mover: ['mover', 'movers'],
  leaver: ['leaver', 'leavers'],
  new_entitlement: ['new entitlement', 'new entitlements'],
}

/** The reason why a revision changed a role, in one sentence. */
export function describeRoleChange({
  kind,
  joined,
  left,
  covered,
  gainedKeys,
  lostKeys,
  causes,
}: StoredRoleChange): string {
  const because = `because of ${listed(causes.map((cause) => counted(cause.count, nouns[cause.kind])))}`
  switch (kind) {
    case 'made':
      return `No other role gives ${counted(joined, ['person', 'people'])} what they hold, ${because}.`
    case 'dropped':
      return covered > 0
        ? `Other roles give its people (${covered}) all of it, ${because}.`
        : `Nobody has it any more, ${because}.`
    case 'changed': {
      const parts = [
        joined > 0 ? `${counted(joined, ['person', 'people'])} got it` : '',
        left > 0 ? `${counted(left, ['person', 'people'])} lost it` : '',
        gainedKeys.length > 0 ? `it gives ${gainedKeys.length} more` : '',
        lostKeys.length > 0 ? `it gives ${lostKeys.length} less, which no person in it holds any more` : '',
      ].filter((part) => part !== '')
      const text = `${listed(parts)}, ${because}.`
      return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
    }
  }
}

function counted(count: number, [one, many]: readonly [string, string]): string {
  return `${count} ${count === 1 ? one : many}`
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
