import type { HolderCondition, HolderDescription } from '@assay/mining'
import { quotedValues } from '../quoted-values.ts'

/** Sentences about the holders of some entitlements. `held` names the entitlements: "it", or "all of them". */
export function holderSentences(description: HolderDescription, held: string): string[] {
  const { people, holders, otherHolders, conditions, against, lacking } = description
  const sentences: string[] = []
  if (holders.length === 0) sentences.push(`None of the ${counted(people)} enabled people holds ${held}.`)
  else
    sentences.push(
      `${counted(holders.length)} of ${counted(people)} enabled people ${holders.length === 1 ? 'holds' : 'hold'} ${held}.`,
    )
  if (otherHolders === 1)
    sentences.push(
      `1 identity that is not an enabled person also holds ${held}: a disabled person, a service or the like.`,
    )
  else if (otherHolders > 1)
    sentences.push(
      `${counted(otherHolders)} identities that are not enabled people also hold ${held}: disabled people, services or the like.`,
    )
  if (holders.length === 0) return sentences
  const pattern = conditions.filter(({ isPattern }) => isPattern)
  if (pattern.length === 0) {
    sentences.push('No condition over one attribute or two describes them more briefly than a list of their names.')
    return sentences
  }
  for (const one of pattern) {
    sentences.push(
      `${counted(one.holders)} of the ${counted(one.people)} people with ${conditionWords(one)} hold ${held}.`,
    )
  }
  if (against.length > 0)
    sentences.push(
      against.length === 1
        ? `1 person holds ${held} although none of these conditions is true of this person.`
        : `${counted(against.length)} people hold ${held} although none of these conditions is true of them.`,
    )
  if (lacking.length > 0)
    sentences.push(
      lacking.length === 1
        ? `1 person meets one of these conditions and does not hold ${held}.`
        : `${counted(lacking.length)} people meet one of these conditions and do not hold ${held}.`,
    )
  return sentences
}

/** `department "Sales" and location "Berlin"`, with the most frequent spelling of each value. */
export function conditionWords({ filters }: Pick<HolderCondition, 'filters'>): string {
  return filters.map(({ attribute, values }) => `${attribute} ${quotedValues(values)}`).join(' and ')
}

function counted(count: number): string {
  return count.toLocaleString('en')
}
