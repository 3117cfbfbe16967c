import type { ValueName } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { texts } from '../../kit/texts.ts'
import { attributeWords } from '../../kit/words.ts'
import type { Condition } from './search.ts'

/** A value as people read it: for the id of a person the name, with the id when another person has the same name. */
export function valueWords(names: readonly ValueName[], attribute: string, value: string): string {
  const named = names.find((one) => one.attribute === attribute && one.value === value)?.displayName
  if (!named) return value
  return names.some((one) => one.displayName === named && one.value !== value) ? `${named} (${value})` : named
}

/** `manager: Ada Lovelace or Grace Hopper` */
export function conditionWords(names: readonly ValueName[], { attribute, values }: Condition): string {
  return `${attributeWords(attribute)}: ${texts.anyOf(values.map((value) => valueWords(names, attribute, value)))}`
}
