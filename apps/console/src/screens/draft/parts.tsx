import type { Draft, DraftSource, DraftStep } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { DraftStep_Kind as Kind } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { sizeWords } from '../../kit/count-texts.ts'
import { ListPart } from '../../kit/list-part.tsx'
import { formatTime } from '../../kit/times.ts'
import { AccessList } from '../compare/access-list.tsx'
import { CandidateLink } from '../compare/candidate-link.tsx'
import { PeopleList } from '../compare/people-list.tsx'
import { kindNames } from '../compare/texts.ts'
import { kindOfMessage } from '../review/item-words.ts'
import { leftOut } from './edits.ts'
import { useDraftAccess, useDraftPeople } from './queries.ts'
import { texts } from './texts.ts'

interface Props {
  readonly draft: Draft
  /** The edits of the draft, including those that are being saved. */
  readonly edits: Draft['edits']
  /** Leaves out an entitlement or a person, or puts it back; undefined when the user may not edit. */
  readonly onToggle: ((key: string) => void) | undefined
}

/** The entitlements of a draft; the user can leave each of them out. */
export function DraftAccess({ draft, edits, onToggle }: Props) {
  const access = useDraftAccess(draft)
  const { items, totalCount, more } = access
  return (
    <ListPart label={texts.access} asked={access} isEmpty={items.length === 0} nothing={texts.nothing}>
      <AccessList
        label={texts.access}
        items={items}
        totalCount={totalCount}
        onMore={more}
        out={leftOut(edits).access}
        onToggle={onToggle}
      />
    </ListPart>
  )
}

/** The people of a draft; the user can leave each of them out. */
export function DraftPeople({ draft, edits, onToggle }: Props) {
  const people = useDraftPeople(draft)
  const { items, totalCount, more } = people
  const { access } = leftOut(draft.edits)
  return (
    <ListPart label={texts.people} asked={people} isEmpty={items.length === 0} nothing={texts.nobody}>
      <PeopleList
        label={texts.people}
        items={items}
        totalCount={totalCount}
        onMore={more}
        of={(draft.candidate?.entitlementCount ?? 0) + access.size}
        out={leftOut(edits).people}
        onToggle={onToggle}
      />
    </ListPart>
  )
}

const deeds: Readonly<Record<number, string>> = {
  [Kind.CREATED]: texts.madeOf,
  [Kind.MERGED]: texts.mergedOf,
  [Kind.SPLIT]: texts.splitOffFrom,
  [Kind.EDITED]: texts.edited,
}

/** The history of a draft: its sources and later steps, the newest first. */
export function DraftHistory({ lineage }: Pick<Draft, 'lineage'>) {
  return (
    <ol className="card plain" aria-label={texts.history}>
      {lineage.toReversed().map((step, place) => (
        // Steps have no id, and a new step is never inserted between others.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={lineage.length - place}>
          <Step step={step} />
        </li>
      ))}
    </ol>
  )
}

function Step({ step }: { readonly step: DraftStep }) {
  const { kind, sources, makeTime, madeBy, madeByDisplayName, entitlementCount, identityCount } = step
  return (
    <>
      <p>
        {deeds[kind] ?? ''}{' '}
        {sources.map((source, place) => (
          <span key={`${source.kind} ${source.id}`}>
            {place > 0 && texts.and}
            <Source source={source} />
          </span>
        ))}
      </p>
      <p className="small muted">
        {formatTime(makeTime)}, <bdi>{madeByDisplayName || madeBy}</bdi>: {sizeWords(identityCount, entitlementCount)}
      </p>
    </>
  )
}

function Source({ source: { kind, id, displayName } }: { readonly source: DraftSource }) {
  const known = kindOfMessage(kind)
  if (known === undefined || id === '') return <bdi>{displayName}</bdi>
  return (
    <>
      {kindNames[known]} <CandidateLink reference={{ kind: known, id }} name={displayName} />
    </>
  )
}
