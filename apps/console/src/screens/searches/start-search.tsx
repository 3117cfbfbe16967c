import { MiningSession_Kind as Kind } from '@assay/contracts/assay/session/v1/mining_session_pb'
import { useNavigate } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { CallButton } from '../../kit/call-button.tsx'
import { Failed } from '../../kit/failed.tsx'
import { ListSentence } from '../../kit/sentence.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { useTyped } from '../../shell/typed.ts'
import { ConditionsBar } from '../explore/conditions-bar.tsx'
import { readWho, writeWho } from '../explore/search.ts'
import { populationOf, usePopulationCount, useStartSearch } from './queries.ts'
import type { SearchesSearch } from './search.ts'
import { texts } from './texts.ts'

const kinds = { groups: Kind.SPECIALIZED, all: Kind.COMMON } as const
type KindName = keyof typeof kinds

interface Entered {
  readonly kind: KindName
  /** Undefined until the user types it. */
  readonly fewest?: string
  readonly displayName: string
}

/** The conditions over people with a live count, and the settings of the search. */
export function StartSearch({ search }: { readonly search: SearchesSearch }) {
  const navigate = useNavigate()
  const conditions = readWho(search.who)
  const { data, error, isPending, refetch } = usePopulationCount(conditions)
  const [entered, setEntered, discard] = useTyped<Entered>('search-by-access', { kind: 'groups', displayName: '' })
  const { kind, fewest: typed, displayName } = entered
  const { mutate: start, isPending: isStarting } = useStartSearch()
  const count = data?.peopleCount ?? 0
  // A tenth of a small population, because the default of 20 would find nothing in it.
  const proposed = Math.max(2, Math.min(20, Math.round(count / 10)))
  const fewest = typed === undefined ? proposed : Number(typed)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isStarting) return
    const session = { displayName: displayName.trim(), kind: kinds[kind], fewestPeople: fewest, kept: true }
    start(
      { session: { ...session, population: populationOf(conditions) } },
      {
        onSuccess: ({ id }) => {
          discard()
          void navigate({ to: '/candidates/search/$id', params: { id }, search: {} })
        },
      },
    )
  }
  return (
    <section className="card stack" aria-label={texts.start}>
      <h2>{texts.start}</h2>
      <ConditionsBar
        conditions={conditions}
        {...(data && { names: data.valueNames })}
        onChange={(next) =>
          void navigate({
            to: '/candidates/search',
            search: next.length === 0 ? {} : { who: writeWho(next) },
            replace: true,
          })
        }
      />
      <ListSentence asked={{ error, isPending }} isEmpty={data === undefined} looking={texts.counting}>
        {countSentence(count, conditions.length > 0, fewest)}
      </ListSentence>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      <form className="stack" aria-busy={isStarting} onSubmit={submit}>
        <fieldset className="choices">
          <legend className="field-label">{texts.kind}</legend>
          {(Object.keys(kinds) as KindName[]).map((name) => (
            <label key={name} className="choice">
              <input
                type="radio"
                name="kind"
                checked={kind === name}
                onChange={() => setEntered({ ...entered, kind: name })}
              />
              <span>
                {texts.kinds[name].title} <span className="small muted">({texts.kinds[name].means})</span>
              </span>
            </label>
          ))}
        </fieldset>
        <div className="filters">
          <label className="field">
            <span className="field-label">{texts.fewest}</span>
            <input
              type="number"
              className="input"
              min={1}
              max={1_000_000}
              required
              value={typed ?? String(proposed)}
              onChange={({ target }) => setEntered({ ...entered, fewest: target.value })}
            />
          </label>
          <label className="field">
            <span className="field-label">{texts.name}</span>
            <input
              className="input"
              dir="auto"
              maxLength={200}
              value={displayName}
              onChange={({ target }) => setEntered({ ...entered, displayName: target.value })}
            />
          </label>
          <CallButton isMain isBusy={isStarting} isDisabled={count === 0}>
            {texts.confirm}
          </CallButton>
        </div>
      </form>
    </section>
  )
}

function countSentence(count: number, hasConditions: boolean, fewest: number): string {
  if (count === 0) return hasConditions ? texts.nobody : kitTexts.nothingLoaded
  if (count < fewest) return texts.few(count, fewest)
  return hasConditions ? texts.some(count) : texts.everybody(count)
}
