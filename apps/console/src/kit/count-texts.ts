import { counted } from './figures.ts'

/** `12 people` */
export function peopleWords(count: number): string {
  return counted(count, 'person', 'people')
}

/** `3 entitlements` */
export function entitlementWords(count: number): string {
  return counted(count, 'entitlement', 'entitlements')
}

/** `12 people, 3 entitlements` */
export function sizeWords(people: number, entitlements: number): string {
  return `${peopleWords(people)}, ${entitlementWords(entitlements)}`
}
