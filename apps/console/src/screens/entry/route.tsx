import { Actor_Type as ActorType, type Entry } from '@assay/contracts/assay/ledger/v1/entry_pb'
import { LedgerService } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { useQuery } from '@connectrpc/connect-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { formatCount } from '../../kit/figures.ts'
import { texts as kitTexts } from '../../kit/texts.ts'
import { formatExactTime } from '../../kit/times.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { texts as shellTexts } from '../../shell/texts.ts'
import { reasonWords } from '../ledger/columns.tsx'
import { nameOfSubject } from '../ledger/members.ts'
import { SubjectLink } from '../ledger/subject-link.tsx'
import { entryTitle, whoActed } from '../ledger/texts.ts'
import { ChangesTable } from './changes-table.tsx'
import { texts } from './texts.ts'

const route = getRouteApi('/inside/ledger/$id')

/** One entry of the ledger: actor, right, time, kind, values before and after, reason, and access data. */
export function EntryScreen() {
  const { id } = route.useParams()
  const { data: entry, error, refetch } = useQuery(LedgerService.method.getEntry, { entryId: id })
  const isGone = error !== null && ConnectError.from(error).code === Code.NotFound
  return (
    <>
      <nav aria-label={shellTexts.belongs}>
        <Link to="/ledger" search={{}}>
          {texts.toList}
        </Link>
      </nav>
      <PageTitle takesFocus>{entry === undefined ? texts.title : entryTitle(entry)}</PageTitle>
      {isGone && <p>{texts.gone}</p>}
      {error !== null && !isGone && <Failed error={error} onRetry={() => void refetch()} />}
      {entry === undefined && error === null && <p aria-busy>{texts.looking}</p>}
      {entry !== undefined && (
        <>
          <Facts entry={entry} />
          <section className="stack" aria-label={texts.changes}>
            <h2>{texts.changes}</h2>
            <ChangesTable entry={entry} />
          </section>
        </>
      )}
    </>
  )
}

function Facts({ entry }: { readonly entry: Entry }) {
  const { actor, subject, reason, comment, loadId, runId, version, position, hash, erasedFields } = entry
  const isErased = (field: string) => erasedFields.includes(field)
  const rows: readonly (readonly [string, React.ReactNode])[] = [
    [texts.when, formatExactTime(entry.time)],
    [texts.who, <Who key="who" entry={entry} />],
    [texts.role, actor?.role],
    [texts.right, actor?.right],
    [texts.call, actor?.call && <code>{actor.call}</code>],
    [texts.kind, <code key="kind">{entry.kind}</code>],
    [texts.about, <About key="about" entry={entry} />],
    [texts.reason, reasonWords(reason)],
    [texts.comment, isErased('comment') ? texts.erased : comment && <bdi className="words">{comment}</bdi>],
    [texts.people, entry.peopleCount > 0n && <People key="people" entry={entry} />],
    [texts.load, loadId],
    [texts.run, runId && <code>{runId}</code>],
    [texts.version, version && <code>{version}</code>],
    [texts.place, position === 0n ? texts.unsealed : formatCount(Number(position))],
    [texts.hash, <code key="hash">{hash}</code>],
    [texts.erasedFields, erasedFields.join(', ')],
  ]
  return (
    <section className="card" aria-label={texts.facts}>
      <dl className="figures">
        {rows.map(
          ([name, value]) =>
            value !== undefined &&
            value !== false &&
            value !== '' && (
              <Fragment key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </Fragment>
            ),
        )}
      </dl>
      <div className="row">
        {actor !== undefined && actor.id !== '' && (
          <Link className="button" to="/ledger" search={{ who: actor.personId || actor.id }}>
            {texts.theirs}
          </Link>
        )}
        {subject !== undefined && subject.id !== '' && (
          <Link className="button" to="/ledger" search={{ about: subject.id }}>
            {texts.aboutIt}
          </Link>
        )}
      </div>
    </section>
  )
}

function Who({ entry: { actor, erasedFields } }: { readonly entry: Entry }) {
  if (actor === undefined) return null
  const isOfSomebody = actor.type === ActorType.CLIENT || actor.type === ActorType.PERSON
  return (
    <>
      <bdi>{erasedFields.includes('actor') ? texts.erased : whoActed(actor)}</bdi> (<code>{actor.id}</code>)
      {isOfSomebody && actor.personId !== '' && (
        <span className="block">
          {texts.actedFor} <PersonNamed id={actor.personId} />
        </span>
      )}
    </>
  )
}

function About({ entry }: { readonly entry: Entry }) {
  const { type = '', id = '' } = entry.subject ?? {}
  const name = nameOfSubject(entry)
  if (id === '') return `${type}, ${texts.erased}`
  return (
    <>
      {type}{' '}
      <SubjectLink type={type} id={id}>
        <bdi>{name ?? id}</bdi>
      </SubjectLink>
      {name !== undefined && (
        <code className="block">
          <bdi>{id}</bdi>
        </code>
      )}
    </>
  )
}

function PersonNamed({ id }: { readonly id: string }) {
  return (
    <Link to="/people/$id" params={{ id }}>
      <bdi>{id}</bdi>
    </Link>
  )
}

const mostShown = 20

function People({ entry: { peopleIds, peopleCount } }: { readonly entry: Entry }) {
  const shown = peopleIds.slice(0, mostShown)
  const more = Number(peopleCount) - shown.length
  return (
    <>
      {shown.map((id, at) => (
        <Fragment key={id}>
          {at > 0 && ', '}
          <PersonNamed id={id} />
        </Fragment>
      ))}
      {more > 0 && <span> {kitTexts.andMore(formatCount(more))}</span>}
    </>
  )
}
