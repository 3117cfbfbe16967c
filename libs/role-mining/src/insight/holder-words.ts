import type { HolderCondition, HolderDescription } from '@assay/mining'
import { quotedValues } from '../quoted-values.ts'

/** Sentences about the holders of some entitlements. `held` names the entitlements: "it", or "all of them". */
export function holderSentences(description: HolderDescription, held: string): string[] {
  const { people, holders, otherHolders, conditions, against, lacking } = description
  const sentences: string[] = []
  if (holders.length === 0) sentences.push(`None of the ${counted(people)} enabled people holds ${held}.`)
  else sentences.push(`${counted(holders.length)} of ${counted(people)} enabled people hold ${held}.`)
  if (otherHolders === 1) sentences.push('1 other does: a disabled person, a service or another identity.')
  else if (otherHolders > 1)
    sentences.push(`${counted(otherHolders)} others do: disabled people, services or other identities.`)
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
      `${counted(against.length)} ${against.length === 1 ? 'holds' : 'hold'} ${held} though nothing of this describes ${against.length === 1 ? 'this person' : 'them'}.`,
    )
  if (lacking.length > 0)
    sentences.push(
      `${counted(lacking.length)} ${lacking.length === 1 ? 'is so described and lacks' : 'are so described and lack'} ${held}.`,
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
