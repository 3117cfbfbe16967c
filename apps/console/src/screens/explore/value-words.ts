import type { ValueName } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { texts } from '../../kit/texts.ts'
import { attributeWords } from '../../kit/words.ts'
import type { Condition } from './search.ts'

/** A value as people read it: of an id of somebody the name. */
export function valueWords(names: readonly ValueName[], attribute: string, value: string): string {
  return names.find((one) => one.attribute === attribute && one.value === value)?.displayName || value
}

/** `manager: Ada Lovelace or Grace Hopper` */
export function conditionWords(names: readonly ValueName[], { attribute, values }: Condition): string {
  return `${attributeWords(attribute)}: ${texts.anyOf(values.map((value) => valueWords(names, attribute, value)))}`
}
