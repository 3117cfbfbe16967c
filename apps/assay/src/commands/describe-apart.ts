import { counted } from './counted.ts'

interface Apart {
  readonly memberCount: number
  readonly holderCount: number
  readonly heldCount: bigint
}

/** `0 of them are meant; 9 hold this access (22 grants), which does not change` */
export function describeApart({ memberCount, holderCount, heldCount }: Apart): string {
  const meant = `${memberCount.toLocaleString('en')} of them ${memberCount === 1 ? 'is' : 'are'} meant`
  if (holderCount === 0) return `${meant}; none holds any of this access`
  const hold = `${holderCount.toLocaleString('en')} ${holderCount === 1 ? 'holds' : 'hold'}`
  return `${meant}; ${hold} this access (${counted(Number(heldCount), 'grant')}), which does not change`
}
