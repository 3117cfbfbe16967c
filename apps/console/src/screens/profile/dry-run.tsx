import type { MembershipPreview_Group as Group } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { useState } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { counted, formatCount } from '../../kit/figures.ts'
import { Sentence } from '../../kit/sentence.tsx'
import { PeopleList } from '../compare/people-list.tsx'
import { PersonLink } from '../person/person-link.tsx'
import { type Direction, useDryRun, useMovedPeople } from './rule-queries.ts'
import { ruleSentence } from './rule-sentence.ts'
import { texts } from './texts.ts'

interface Props {
  readonly profileId: string
  readonly rule: string
  /** Entitlements of the profile. */
  readonly entitlementCount: number
  /** The rule has changed since. */
  readonly isStale: boolean
}

/** Who comes in by a rule and who goes out; nothing is changed. */
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
              <fieldset className="choices row">
                <legend className="for-readers">{texts.whoMoves}</legend>
                {(['in', 'out'] as const).map((name) => (
                  <label key={name} className="choice">
                    <input type="radio" name="direction" checked={shown === name} onChange={() => setDirection(name)} />
                    {texts.directions[name]} ({formatCount(counts[name])})
                  </label>
                ))}
              </fieldset>
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
  const { items, totalCount, more, error, isPending, refetch } = useMovedPeople(profileId, rule, direction)
  return (
    <div aria-busy={isPending}>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && totalCount === 0 && <p>{texts.nobodyMoves}</p>}
      {items.length > 0 && (
        <PeopleList
          label={texts.directions[direction]}
          items={items}
          totalCount={totalCount}
          onMore={more}
          of={entitlementCount}
        />
      )}
    </div>
  )
}

/** People of whom a rule cannot tell, with the first reasons. */
function Unsure({ title, group }: { readonly title: string; readonly group: Group | undefined }) {
  if (group === undefined || group.count === 0) return null
  return (
    <div className="small">
      <p className="muted">
        {title}: {counted(group.count, 'person', 'people')}
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
