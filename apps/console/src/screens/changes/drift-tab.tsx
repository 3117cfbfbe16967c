import type { ProfileDrift } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { FittedList, type RowHeights, useNarrowList } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { ListPart } from '../../kit/list-part.tsx'
import { useLinkTabIndex } from '../../kit/row-links.ts'
import { Sentence } from '../../kit/sentence.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { useAllDrift } from './queries.ts'
import { driftWords, hasDrift, ruleWords, texts } from './texts.ts'

/** Below the name stands what is the matter with the rule; on a phone, all differences in words. */
const rows: RowHeights = { comfortable: 52, dense: 48, narrow: 112 }

/** The differences of every access profile from the data in force. The page of a profile names the people and entitlements. */
export function DriftTab() {
  const navigate = useNavigate()
  const isNarrow = useNarrowList()
  const { items, more, hasNextPage, ...asked } = useAllDrift()
  return (
    <ListPart
      label={texts.drift}
      asked={asked}
      isEmpty={items.length === 0}
      nothing={texts.noProfiles}
      above={
        (asked.isPending || items.length > 0) && (
          <Sentence>
            {asked.isPending
              ? texts.lookingAtDrift
              : texts.driftCount(
                  kitTexts.listed(texts.profiles(items.length), hasNextPage),
                  items.filter(hasDrift).length,
                  hasNextPage,
                )}
          </Sentence>
        )
      }
    >
      <FittedList
        label={texts.drift}
        items={items}
        keyOf={({ accessProfileId }) => accessProfileId}
        columns={isNarrow ? [inOne] : wide}
        rows={rows}
        besideRem={14}
        onOpen={({ accessProfileId: id }) => void navigate({ to: '/access-profiles/$id', params: { id } })}
        onEndReached={more}
        hasMore={hasNextPage}
      />
    </ListPart>
  )
}

interface LinkProps {
  readonly id: string
  readonly name: string
  readonly isOneLine?: boolean
}

function ProfileLink({ id, name, isOneLine = false }: LinkProps) {
  return (
    <Link
      className={isOneLine ? 'cut' : 'grid-name'}
      to="/access-profiles/$id"
      params={{ id }}
      tabIndex={useLinkTabIndex()}
      title={name}
    >
      <bdi>{name}</bdi>
    </Link>
  )
}

const profile: Column<ProfileDrift> = {
  key: 'profile',
  title: texts.profile,
  width: 'minmax(0, 2fr)',
  cell: (one) => {
    const { accessProfileId, displayName } = one
    const words = ruleWords(one)
    return (
      <>
        <ProfileLink id={accessProfileId} name={displayName} isOneLine={words !== ''} />
        {words !== '' && <span className="small muted cut">{words}</span>}
      </>
    )
  },
}
const inOne: Column<ProfileDrift> = {
  ...profile,
  width: 'minmax(0, 1fr)',
  cell: (one) => (
    <>
      <ProfileLink id={one.accessProfileId} name={one.displayName} />
      <span className="small muted grid-name">{driftWords(one)}</span>
    </>
  ),
}
const number = (
  key: string,
  title: string,
  width: string,
  of: (one: ProfileDrift) => string,
): Column<ProfileDrift> => ({
  key,
  title,
  width,
  isNumber: true,
  cell: of,
})
const wide: readonly Column<ProfileDrift>[] = [
  profile,
  number('lacking', texts.membersLacking, '10rem', (one) => formatShare(one.lackingMemberCount, one.peopleCount)),
  number('outside', texts.outsideHolders, '7rem', (one) => formatCount(one.outsideHolderCount)),
  number('additions', texts.couldGive, '7rem', (one) => formatCount(one.additionsOfMost + one.additionsOfHalf)),
  number('removals', texts.neednotGive, '7rem', (one) => formatCount(one.removalCount + one.goneEntitlementCount)),
]
