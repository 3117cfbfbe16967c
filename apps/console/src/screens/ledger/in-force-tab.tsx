import type { InForce } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'react-aria-components'
import { dayFromNow } from '../../kit/dates.ts'
import { Failed } from '../../kit/failed.tsx'
import { Filled } from '../../kit/filled.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { ShowMore } from '../../kit/show-more.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { formatTime } from '../../kit/times.ts'
import { Day } from './filters.tsx'
import { memberWords, valueText } from './member-words.ts'
import { membersOf } from './members.ts'
import { useInForce } from './queries.ts'
import type { LedgerSearch, ThingType } from './search.ts'
import { SubjectLink } from './subject-link.tsx'
import { kindOfThing, kindsOfThings, kindWords, texts, whoActed } from './texts.ts'

/** The objects that were in force at the end of a day, as far as the entries record it. */
export function InForceTab({ search }: { readonly search: LedgerSearch }) {
  const navigate = useNavigate()
  const today = dayFromNow(0)
  const { on = today, type, id } = search
  const show = (change: Partial<LedgerSearch>) =>
    void navigate({ to: '/ledger', search: { ...search, ...change }, replace: true })
  const { items, more, hasNextPage, error, isPending, refetch } = useInForce({
    on,
    type: type ?? '',
    id: id ?? '',
  })
  return (
    <>
      <section className="filters" aria-label={texts.filters}>
        <Day label={texts.asOf} value={on} onChange={(day) => show({ on: day })} />
        <label className="field">
          <span className="field-label">{texts.types}</span>
          <select
            className="input"
            value={type ?? ''}
            onChange={({ target }) =>
              show({ type: target.value === '' ? undefined : (target.value as ThingType), id: undefined })
            }
          >
            <option value="">{texts.allTypes}</option>
            {Object.entries(kindsOfThings).map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </label>
        {id !== undefined && (
          <Button className="button" onPress={() => show({ id: undefined })}>
            {texts.allTypes}
          </Button>
        )}
      </section>
      {(error === null || items.length > 0) && (
        <Sentence>
          {isPending
            ? texts.looking
            : items.length === 0
              ? texts.noneInForce
              : kitTexts.listed(texts.wereInForce(items.length), hasNextPage)}
        </Sentence>
      )}
      {on >= today && <p className="small muted">{texts.future}</p>}
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      <ul className="stack">
        {items.map((thing) => (
          <li key={`${thing.subject?.type} ${thing.subject?.id}`}>
            <ThingCard thing={thing} search={{ ...search, on }} />
          </li>
        ))}
      </ul>
      <ShowMore hasMore={hasNextPage} onMore={more} />
    </>
  )
}

function ThingCard({ thing, search }: { readonly thing: InForce; readonly search: LedgerSearch }) {
  const { subject, stateJson, complete, erased, omittedFields, entryId, entryKind, changeTime, actor } = thing
  const { type = '', id = '' } = subject ?? {}
  const members = membersOf(stateJson)
  const name = typeof members.displayName === 'string' && members.displayName !== '' ? members.displayName : id
  const kind = Object.hasOwn(kindOfThing, type) ? kindOfThing[type as ThingType] : type
  return (
    <section className="card" aria-label={texts.thingName(kind, name)}>
      <h2>
        <Filled
          text={texts.thing}
          with={{
            kind: <span className="muted">{kind}</span>,
            name: (
              <SubjectLink type={type} id={id}>
                <bdi>{name}</bdi>
              </SubjectLink>
            ),
          }}
        />
      </h2>
      <p className="small muted">
        <Filled
          text={texts.sinceWhen}
          with={{
            time: (
              <Link to="/ledger/$id" params={{ id: entryId }}>
                {formatTime(changeTime)}
              </Link>
            ),
            who: <bdi>{whoActed(actor)}</bdi>,
            what: kindWords(entryKind),
          }}
        />
      </p>
      <dl className="figures">
        {Object.entries(members).map(([member, value]) => (
          <div key={member} className="figure">
            <dt>{memberWords(member)}</dt>
            <dd className="words">
              <bdi>{valueText(value)}</bdi>
            </dd>
          </div>
        ))}
        {omittedFields.map((member) => (
          <div key={member} className="figure">
            <dt>{memberWords(member)}</dt>
            <dd>
              <Filled
                text={texts.long}
                with={{
                  link: (
                    <Link to="/ledger" search={{ ...search, type: type as ThingType, id }}>
                      {texts.showWhole}
                    </Link>
                  ),
                }}
              />
            </dd>
          </div>
        ))}
      </dl>
      {!complete && <p className="small muted">{texts.partly}</p>}
      {erased && <p className="small muted">{texts.erased}</p>}
    </section>
  )
}
