import { type MatrixDescription, RoleSource } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { counted, formatCount, formatShare } from '../../kit/figures.ts'
import type { CellKind } from './cells.ts'
import type { Show } from './look.ts'
import type { Sheet } from './sheets.ts'

export const texts = {
  title: 'Matrix',
  ordering: 'Ordering rows and columns.',
  nothingLoaded: 'Nothing is loaded.',
  toStart: 'To the start',
  show: 'What is shown',
  by: 'Ordered by',
  zoom: 'Zoom',
  closer: 'Closer',
  wider: 'Wider',
  find: 'Find a person or an entitlement',
  findHint: 'A part of a name, or an id',
  notFound: 'No person and no entitlement has these letters.',
  people: 'People',
  person: 'Person',
  entitlements: 'Entitlements',
  entitlement: 'Entitlement',
  grid: 'People by entitlements',
  where: 'Where you are',
  loading: 'being fetched',
  legend: 'What the signs mean',
  minimap: 'The whole matrix; a click goes there',
  blocks: 'Roles',
  blockCount: (count: number) => `Roles (${count})`,
  noBlocks: 'No role has people and entitlements here.',
  narrow: 'The matrix needs a screen that is 600 pixels wide. These are its roles.',
  goThere: 'Go there',
  mark: 'Mark a rectangle',
  markHow: 'Click two opposite corners, or drag. With the keyboard: press x at both corners.',
  secondCorner: 'Now click the opposite corner.',
  unmark: 'Take the marks away',
  keep: 'Save as a draft',
  onlyCells: 'To mark cells, choose Closer until single cells are shown.',
  outsideFetched: 'A part of the rectangle is not loaded. Move the matrix until you see all of it.',
  mayNot: 'You cannot save a draft: this needs the right to decide.',
  noRoles: 'There are no roles yet: run an analysis, mine a role model or make an access profile.',
  changed: 'The access data or the roles have changed.',
  again: 'Order it again',
  smallerRoles: (count: number) => `${counted(count, 'smaller role', 'smaller roles')} more`,
  blockHolds: (size: string, share: string) => `${size}; holds ${share}`,
  row: (number: string) => `row ${number}`,
  column: (number: string) => `column ${number}`,
  /** Rows or columns; @param noun one of `People`, `Entitlements` */
  stretch: (noun: string, first: number, last: number) =>
    first === last ? `${noun} ${formatCount(last)}` : `${noun} ${formatCount(first)} to ${formatCount(last)}`,
  noPattern: 'The browser makes no pattern.',
  noCanvas: 'The browser draws on no canvas.',
  draftName: (size: string) => `${size} of the matrix`,
  tilesMean: 'A square stands for many cells. The more of them are held, the darker it is.',
  roleSign: 'a role, by its letter',
  marked: 'Marked',
  cellsHeld: (size: string, share: string) => `${size}: ${share} cells are held.`,
  cells: 'Cells',
  cell: 'Cell',
  countOfCells: (count: number, kind: CellKind): string => `${formatCount(count)} ${cellWords[kind]}`,
  ofCells: (count: number, what: string) => `of ${counted(count, 'cell', 'cells')}: ${what}`,
  namedModel: 'A role model that is named',
} as const

export const orders = {
  best: 'The best available order',
  model: 'The newest role model',
  suggestions: 'Profiles and candidates',
  none: 'What people hold',
} as const
export type OrderName = keyof typeof orders

/** The sentence that describes the screen. */
export function matrixSentence(matrix: MatrixDescription, show: Show): string {
  const { rowCount, columnCount } = matrix
  if (rowCount === 0) return 'Nobody matches, so there is no matrix.'
  if (columnCount === 0) return `${counted(rowCount, 'person holds', 'people hold')} nothing, so there is no matrix.`
  const size = `${counted(rowCount, 'person', 'people')} by ${counted(columnCount, 'entitlement', 'entitlements')}`
  return `${size}, ${orderWords(matrix)}. ${cellSentence(matrix, show)}`
}

function orderWords({ roles, roleCount, stale, furtherRoleCount }: MatrixDescription): string {
  const left = furtherRoleCount > 0 ? `; ${formatCount(furtherRoleCount)} more are too many to show` : ''
  const count = formatCount(roleCount)
  switch (roles) {
    case RoleSource.ROLE_MODEL:
      return `ordered by the ${count} roles of a role model${stale ? ' of an earlier load' : ''}${left}`
    case RoleSource.SUGGESTIONS:
      return `ordered by ${counted(roleCount, 'profile or candidate', 'profiles and candidates')}${left}`
    case RoleSource.NONE:
      return 'ordered so that people with the same access are neighbours'
    default:
      return 'its own access comes first, as one block'
  }
}

function cellSentence({ cells, rowCount, columnCount, groupsCounted }: MatrixDescription, show: Show): string {
  const whole = rowCount * columnCount
  const of = (count: bigint | undefined) => Number(count ?? 0n)
  if (show === 'modelled') return `By the roles ${formatShare(of(cells?.modelled), whole)} cells are held.`
  if (show === 'difference') {
    const [gains, losses] = [of(cells?.gains), of(cells?.losses)]
    const gained = gains === 0 ? 'Nobody would gain anything' : `${counted(gains, 'cell', 'cells')} would be gained`
    return `${gained}; ${losses === 0 ? 'no assigned cell is outside the roles' : `${formatCount(losses)} are assigned and in no role`}.`
  }
  const groups = of(cells?.byGroup)
  const more = groupsCounted
    ? groups > 0
      ? `, ${formatCount(groups)} more only through groups`
      : ''
    : '; access through groups is too much to count'
  return `${formatShare(of(cells?.assigned), whole)} cells are assigned${more}.`
}

/** The words for a zoom. */
export function sheetWords({ kind, rowStep, columnStep, unit }: Sheet): string {
  if (kind === 'every-nth') return `Every ${ordinal(rowStep)} person`
  if (kind === 'tiles')
    return `Overview: a square is ${formatCount(rowStep)} ${rowStep === 1 ? 'person' : 'people'} by ${formatCount(columnStep)} ${columnStep === 1 ? 'entitlement' : 'entitlements'}`
  return `A cell is ${unit} pixels`
}

/** `2nd`, `50th` */
export function ordinal(count: number): string {
  const tens = count % 100
  const ends: Readonly<Record<number, string>> = { 1: 'st', 2: 'nd', 3: 'rd' }
  return `${formatCount(count)}${tens > 10 && tens < 14 ? 'th' : (ends[count % 10] ?? 'th')}`
}

export const showNames: Readonly<Record<Show, string>> = {
  'as-is': 'As it is',
  modelled: 'As modelled',
  difference: 'Difference',
}

/** The words for a cell; `none` is a cell that is not held and that no role gives. */
export const cellWords: Readonly<Record<CellKind | 'none', string>> = {
  assigned: 'assigned',
  group: 'by a group',
  modelled: 'by a role',
  kept: 'stays',
  gain: 'would gain it',
  loss: 'in no role',
  none: 'not held',
}

/** The drawn signs, each with its words. */
export const signWords: Readonly<Record<Show, Readonly<Partial<Record<CellKind, string>>>>> = {
  'as-is': { assigned: 'assigned', group: 'held only through a group' },
  modelled: { modelled: 'given by a role, or kept' },
  difference: {
    kept: 'assigned, and modelled',
    group: 'held only through a group',
    gain: 'would be gained',
    loss: 'assigned, and in no role',
  },
}
