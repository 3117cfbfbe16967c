import type {
  DriftAddition,
  DriftPerson,
  DriftRemoval,
  ProfileDrift,
} from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import type { ReactNode } from 'react'
import { enumWords } from '../../kit/enum-words.ts'
import { Failed } from '../../kit/failed.tsx'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { EntitlementLink } from '../entitlement/entitlement-link.tsx'
import { PersonLink } from '../person/person-link.tsx'
import { useDrift } from './queries.ts'
import { driftSentence, removalReasons, texts } from './texts.ts'

/** The number of names behind a figure; more would make the page long. */
const mostShown = 50

/** The differences between a profile and the access data: one sentence, and the names behind each figure. */
export function DriftCard({ accessProfileId }: { readonly accessProfileId: string }) {
  const { data: drift, error, refetch } = useDrift(accessProfileId)
  return (
    <section className="card" aria-label={texts.drift} aria-busy={drift === undefined && error === null}>
      <h2>{texts.drift}</h2>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {drift === undefined ? error === null && <p>{texts.lookingAtDrift}</p> : <Parts drift={drift} />}
    </section>
  )
}

function Parts({ drift }: { readonly drift: ProfileDrift }) {
  const { peopleCount } = drift
  const [additions, removals] = [drift.additions.slice(0, mostShown), drift.removals.slice(0, mostShown)]
  const [lackingMembers, outsideHolders] = [
    drift.lackingMembers.slice(0, mostShown),
    drift.outsideHolders.slice(0, mostShown),
  ]
  return (
    <>
      <p>{driftSentence(drift)}</p>
      <Part title={texts.couldGive} count={drift.additionsOfMost + drift.additionsOfHalf} shown={additions.length}>
        <Entitlements
          entitlements={additions}
          note={({ holderCount }) => texts.heldBy(formatShare(holderCount, peopleCount))}
        />
      </Part>
      <Part title={texts.neednotGive} count={drift.removalCount} shown={removals.length}>
        <Entitlements entitlements={removals} note={({ reason }) => enumWords(removalReasons, reason)} />
      </Part>
      <Part title={texts.lackingMembers} count={drift.lackingMemberCount} shown={lackingMembers.length}>
        <People people={lackingMembers} note={({ lackingCount }) => texts.lacks(lackingCount)} />
      </Part>
      <Part title={texts.outsideHolders} count={drift.outsideHolderCount} shown={outsideHolders.length}>
        <People people={outsideHolders} note={() => ''} />
      </Part>
    </>
  )
}

interface PartProps {
  readonly title: string
  readonly count: number
  /** The number of names below. */
  readonly shown: number
  readonly children: ReactNode
}

/** The names behind a figure; nothing when there are none. */
function Part({ title, count, shown, children }: PartProps) {
  if (count === 0) return null
  return (
    <details>
      <summary>
        {title} ({formatCount(count)})
      </summary>
      <ul className="stack-tight">{children}</ul>
      {count > shown && <p className="small muted">{texts.firstOf(shown, count)}</p>}
    </details>
  )
}

interface EntitlementsProps<Item> {
  readonly entitlements: readonly Item[]
  readonly note: (entitlement: Item) => string
}

function Entitlements<Item extends DriftAddition | DriftRemoval>({ entitlements, note }: EntitlementsProps<Item>) {
  return entitlements.map((one) => (
    <li key={`${one.applicationId}/${one.entitlementId}`}>
      <EntitlementLink applicationId={one.applicationId} entitlementId={one.entitlementId} name={one.displayName} />{' '}
      <span className="muted">{note(one)}</span>
    </li>
  ))
}

interface PeopleProps {
  readonly people: readonly DriftPerson[]
  readonly note: (person: DriftPerson) => string
}

function People({ people, note }: PeopleProps) {
  return people.map((person) => (
    <li key={person.identityId}>
      <PersonLink id={person.identityId} name={person.displayName} /> <span className="muted">{note(person)}</span>
    </li>
  ))
}
