import { type MatrixDescription, RoleSource } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { counted, formatCount, formatShare } from '../../kit/figures.ts'
import type { Show } from './look.ts'

/** What one is looking at. */
export function matrixSentence(matrix: MatrixDescription, show: Show): string {
  const { rowCount, columnCount } = matrix
  if (rowCount === 0) return 'Nobody matches, so that there is no matrix.'
  if (columnCount === 0)
    return `${counted(rowCount, 'person holds', 'people hold')} nothing, so that there is no matrix.`
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
      return 'ordered so that people who hold the same stand together'
    default:
      return 'what it gives comes first as one block'
  }
}

function cellSentence({ cells, rowCount, columnCount, groupsCounted }: MatrixDescription, show: Show): string {
  const whole = rowCount * columnCount
  const of = (count: bigint | undefined) => Number(count ?? 0n)
  if (show === 'modelled') return `By the roles ${formatShare(of(cells?.modelled), whole)} cells are held.`
  if (show === 'difference') {
    const [gains, losses] = [of(cells?.gains), of(cells?.losses)]
    const gained = gains === 0 ? 'Nobody would gain anything' : `${counted(gains, 'cell', 'cells')} would be gained`
    return `${gained}; ${losses === 0 ? 'nothing is outside of the roles' : `${formatCount(losses)} are assigned and in no role`}.`
  }
  const groups = of(cells?.byGroup)
  const more = groupsCounted
    ? groups > 0
      ? `, ${formatCount(groups)} more by groups alone`
      : ''
    : '; what groups give is too much to count'
  return `${formatShare(of(cells?.assigned), whole)} cells are assigned${more}.`
}
