import { formatShare } from '../../kit/figures.ts'
import type { RowHeights } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { Key } from '../../kit/icons.tsx'
import { ShareBar } from '../../kit/share-bar.tsx'
import { EntitlementLink } from './entitlement-link.tsx'
import { texts } from './texts.ts'

/** A phone has the application below the name, which may take two lines. */
export const accessRows: RowHeights = { comfortable: 44, dense: 30, narrow: 72 }

/** The members that entitlements in lists have, whichever call returned them. */
interface ListedAccess {
  readonly applicationId: string
  readonly entitlementId: string
  readonly displayName: string
  readonly applicationDisplayName: string
  readonly holderCount: number
  readonly risky?: boolean
  readonly riskLevel?: string
}

interface Options<Item> {
  readonly isNarrow: boolean
  /** The number of people among whom the holders are counted. */
  readonly peopleOf: (item: Item) => number
  /** The position of a cut-off, 0 to 1. */
  readonly notch?: number
}

/** The columns name, application and holders; a phone has the application below the name and no bar. */
export function accessColumns<Item extends ListedAccess>(options: Options<Item>): readonly Column<Item>[] {
  const { isNarrow, peopleOf, notch } = options
  const name: Column<Item> = {
    key: 'name',
    title: texts.access,
    width: isNarrow ? 'minmax(0, 1fr)' : 'minmax(8rem, 2fr)',
    cell: ({ applicationId, entitlementId, displayName, applicationDisplayName, risky, riskLevel }) => (
      <>
        <EntitlementLink applicationId={applicationId} entitlementId={entitlementId} name={displayName} />
        <span className="entitlement-notes small">
          {risky && (
            <span className="risky nowrap">
              <Key /> {riskLevel}
            </span>
          )}
          {isNarrow && <bdi className="muted cut">{applicationDisplayName}</bdi>}
        </span>
      </>
    ),
  }
  const held: Column<Item> = {
    key: 'held',
    title: texts.heldBy,
    width: isNarrow ? '5rem' : 'minmax(5rem, 11rem)',
    isNumber: true,
    cell: (one) => formatShare(one.holderCount, peopleOf(one)),
  }
  if (isNarrow) return [name, held]
  return [
    name,
    {
      key: 'application',
      title: texts.application,
      width: 'minmax(5rem, 1fr)',
      cell: ({ applicationDisplayName }) => <bdi className="grid-name">{applicationDisplayName}</bdi>,
    },
    {
      key: 'bar',
      title: texts.share,
      width: 'minmax(4rem, 1fr)',
      cell: (one) => {
        const people = peopleOf(one)
        return <ShareBar share={people === 0 ? 0 : one.holderCount / people} notch={notch} />
      },
    },
    held,
  ]
}
