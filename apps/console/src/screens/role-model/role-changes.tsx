import type { EntitlementReference } from '@assay/contracts/assay/directory/v1/entitlement_reference_pb'
import type { RoleModelChange } from '@assay/contracts/assay/rolemodel/v1/role_model_change_pb'
import { enumWords } from '../../kit/enum-words.ts'
import { FittedList, type RowHeights, useNarrowList } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { ListPart } from '../../kit/list-part.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { texts as kitTexts } from '../../kit/texts.ts'
import { useRoleChanges } from './queries.ts'
import { changeKinds, texts } from './texts.ts'

/** The reason is a sentence of some lines. */
const rows: RowHeights = { comfortable: 68, dense: 64, narrow: 148 }

/** The roles that a revision made, changed and dropped, with the reasons. */
export function RoleChanges({ modelId, revision }: { readonly modelId: string; readonly revision: number }) {
  const isNarrow = useNarrowList()
  const { items, more, hasNextPage, ...asked } = useRoleChanges(modelId, revision)
  return (
    <ListPart
      label={texts.roleChanges}
      asked={asked}
      isEmpty={items.length === 0}
      nothing={texts.noRoleChanges}
      above={
        <>
          <h2>{texts.roleChanges}</h2>
          {items.length > 0 && <p>{kitTexts.listed(texts.roleChangeCount(items.length), hasNextPage)}</p>}
        </>
      }
    >
      <FittedList
        label={texts.roleChanges}
        items={items}
        keyOf={({ number }) => String(number)}
        columns={isNarrow ? [inOne] : [role, reason, access]}
        rows={rows}
        besideRem={16}
        onEndReached={more}
        hasMore={hasNextPage}
      />
    </ListPart>
  )
}

const role: Column<RoleModelChange> = {
  key: 'role',
  title: texts.role,
  width: 'minmax(0, 1fr)',
  cell: ({ number, kind }) => texts.roleIs(number, enumWords(changeKinds, kind)),
}
const reason: Column<RoleModelChange> = {
  key: 'reason',
  title: texts.reason,
  width: 'minmax(0, 3fr)',
  cell: (change) => (
    <bdi className="grid-name" title={change.reason}>
      {inReadingOrder(change.reason)}
    </bdi>
  ),
}
const access: Column<RoleModelChange> = {
  key: 'access',
  title: texts.entitlements,
  width: 'minmax(0, 2fr)',
  cell: ({ gained, gainedCount, lost, lostCount }) => (
    <>
      {gainedCount > 0 && <bdi className="small cut">{texts.gained(namesOf(gained), gainedCount)}</bdi>}
      {lostCount > 0 && <bdi className="small cut">{texts.lost(namesOf(lost), lostCount)}</bdi>}
    </>
  ),
}
/** A phone has all of it in one column. */
const inOne: Column<RoleModelChange> = {
  ...role,
  width: 'minmax(0, 1fr)',
  cell: (change) => (
    <>
      {role.cell(change)}
      <span className="small muted">{reason.cell(change)}</span>
      {access.cell(change)}
    </>
  ),
}

function namesOf(entitlements: readonly EntitlementReference[]): readonly string[] {
  return entitlements.map(({ entitlementId, displayName }) => displayName || entitlementId || texts.goneEntitlement)
}
