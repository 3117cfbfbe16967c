import type { CohortDescription, CohortEntitlement } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { formatCount } from '../../kit/figures.ts'
import { FittedList, useNarrowList } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { tickColumn } from '../../kit/tick-column.tsx'
import { entitlementKey } from '../candidate/search.ts'
import { accessColumns, accessRows } from '../entitlement/access-columns.tsx'
import { texts } from './texts.ts'

interface Props {
  readonly cohort: CohortDescription
  readonly chosen: ReadonlySet<string>
  readonly cut: number
  readonly onToggle: (key: string) => void
}

/** The entitlements of a cohort, those with the most holders first; the user can add or leave out each of them. */
export function CohortAccess({ cohort, chosen, cut, onToggle }: Props) {
  const isNarrow = useNarrowList()
  const { entitlements, cohortSize, furtherEntitlementCount } = cohort
  const tick = tickColumn<CohortEntitlement>({
    title: texts.isIn,
    labelOf: ({ displayName }) => texts.give(displayName),
    isTicked: (one) => chosen.has(entitlementKey(one)),
    onTick: (one) => onToggle(entitlementKey(one)),
    isNarrow,
  })
  const access = accessColumns<CohortEntitlement>({ isNarrow, peopleOf: () => cohortSize, notch: cut / 100 })
  return (
    <>
      <FittedList
        label={texts.access}
        items={entitlements}
        keyOf={entitlementKey}
        columns={[tick, ...access, ...(isNarrow ? [] : [outside])]}
        rows={accessRows}
        besideRem={24}
        selected={chosen}
        onSelect={onToggle}
        palesOthers
      />
      {furtherEntitlementCount > 0 && (
        <p className="small muted">{texts.further(formatCount(furtherEntitlementCount))}</p>
      )}
    </>
  )
}

const outside: Column<CohortEntitlement> = {
  key: 'outside',
  title: texts.outsideColumn,
  width: '4rem',
  isNumber: true,
  cell: ({ outsideHolderCount }) => formatCount(outsideHolderCount),
}
