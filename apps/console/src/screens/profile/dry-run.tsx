import type { MembershipPreview_Group as Group } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { useState } from 'react'
import { Choices } from '../../kit/choices.tsx'
import { peopleWords } from '../../kit/count-texts.ts'
import { Failed } from '../../kit/failed.tsx'
import { formatCount } from '../../kit/figures.ts'
import { ListPart } from '../../kit/list-part.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { PeopleList } from '../compare/people-list.tsx'
import { PersonLink } from '../person/person-link.tsx'
import { type Direction, useDryRun, useMovedPeople } from './rule-queries.ts'
import { ruleSentence, texts } from './texts.ts'

interface Props {
  readonly profileId: string
  readonly rule: string
  /** The number of entitlements of the profile. */
  readonly entitlementCount: number
  /** The rule has changed since the dry run. */
  readonly isStale: boolean
}

const directions = ['in', 'out'] as const

/** A dry run: the people who would join or leave by a rule. It changes nothing. */
export function DryRun({ profileId, rule, entitlementCount, isStale }: Props) {
  const { data: preview, error, isPending, refetch } = useDryRun(profileId, rule)
  const [direction, setDirection] = useState<Direction>()
  const counts: Readonly<Record<Direction, number>> = {
    in: preview?.joining?.count ?? 0,
    out: preview?.leaving?.count ?? 0,
  }
  const shown = direction ?? (counts.in > 0 ? 'in' : 'out')
  return (
    <section className={isStale ? 'stack stale' : 'stack'} aria-label={texts.dryRun} aria-busy={isPending}>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {isPending && <p>{texts.trying}</p>}
      {isStale && <p className="small">{texts.triedBefore}</p>}
      {preview !== undefined && (
        <>
          <Sentence>{ruleSentence(preview)}</Sentence>
          {counts.in + counts.out > 0 && (
            <>
              <Choices
                legend={texts.whoMoves}
                options={directions.map(
                  (name) => [name, `${texts.directions[name]} (${formatCount(counts[name])})`] as const,
                )}
                value={shown}
                onChange={setDirection}
                inRow
              />
              <Moved profileId={profileId} rule={rule} entitlementCount={entitlementCount} direction={shown} />
            </>
          )}
          <Unsure title={texts.missing} group={preview.missing} />
          <Unsure title={texts.failed} group={preview.failed} />
        </>
      )}
    </section>
  )
}

type MovedProps = Omit<Props, 'isStale'> & { readonly direction: Direction }

function Moved({ profileId, rule, entitlementCount, direction }: MovedProps) {
  const moved = useMovedPeople(profileId, rule, direction)
  const { items, totalCount, more } = moved
  const label = texts.directions[direction]
  return (
    <ListPart label={label} asked={moved} isEmpty={items.length === 0} nothing={texts.nobodyMoves}>
      <PeopleList label={label} items={items} totalCount={totalCount} onMore={more} of={entitlementCount} />
    </ListPart>
  )
}

/** People for whom the rule has no result, with the first reasons. */
function Unsure({ title, group }: { readonly title: string; readonly group: Group | undefined }) {
  if (group === undefined || group.count === 0) return null
  return (
    <div className="small">
      <p className="muted">
        {title}: {peopleWords(group.count)}
      </p>
      <ul>
        {group.examples.map(({ identityId, identityDisplayName, reason }) => (
          <li key={identityId}>
            <PersonLink id={identityId} name={identityDisplayName} /> <span className="muted">{reason}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
