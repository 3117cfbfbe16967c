import { type RoleFront, RoleFront_Stop as Stop } from '@assay/contracts/assay/rolemodel/v1/role_front_pb'
import type { RoleModel } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { formatCount } from '../../kit/figures.ts'
import { Sentence } from '../../kit/sentence.tsx'
import { objectiveName } from '../role-models/search.ts'
import { changesOf, pointAt, pricesAt } from './curve.ts'
import { CurveChart } from './curve-chart.tsx'
import { useFronts } from './queries.ts'
import { type ChangesName, changesNames, type RoleModelSearch } from './search.ts'
import { pointSentence, texts } from './texts.ts'

interface Props {
  readonly model: RoleModel
  readonly search: RoleModelSearch
}

/** The exceptions that fewer roles would cost; the address has the chosen number of roles. */
export function CurveTab({ model, search }: Props) {
  const navigate = useNavigate()
  const isMined = model.settings?.includeFronts ?? false
  const isThere = isMined && model.revision === 0
  const { data, error, refetch } = useFronts(model.id, isThere)
  if (!isThere) {
    return (
      <section className="card" aria-label={texts.curve}>
        <p>{isMined ? texts.goneFronts : texts.noFronts}</p>
        <p>
          <Link className="button" to="/role-models" search={{ objective: objectiveName(model.objective) }}>
            {texts.withFronts}
          </Link>
        </p>
      </section>
    )
  }
  if (error !== null) return <Failed error={error} onRetry={() => void refetch()} />
  const changes: ChangesName = search.changes ?? 'remove'
  const front = data?.fronts.find((one) => one.changes === changesOf[changes])
  const go = (change: RoleModelSearch) =>
    void navigate({
      to: '/role-models/$id',
      params: { id: model.id },
      search: { ...search, ...change },
      replace: true,
      resetScroll: false,
    })
  return (
    <section className="card" aria-label={texts.curve}>
      <fieldset className="choices row">
        <legend className="field-label">{texts.changesLabel}</legend>
        {changesNames.map((name) => (
          <label key={name} className="choice">
            <input
              type="radio"
              name="changes"
              checked={changes === name}
              onChange={() => go({ changes: name === 'remove' ? undefined : name })}
            />
            {texts.changes[name].title}
          </label>
        ))}
      </fieldset>
      {front !== undefined && (
        <Front
          front={front}
          changes={changes}
          at={search.at}
          grants={Number(model.figures?.grants ?? 0n)}
          onChoose={(at) => go({ at })}
        />
      )}
      <p className="small muted">{texts.changesOf}</p>
    </section>
  )
}

interface FrontProps {
  readonly front: RoleFront
  readonly changes: ChangesName
  readonly at: number | undefined
  readonly grants: number
  readonly onChoose: (roles: number) => void
}

function Front({ front, changes, at, grants, onChoose }: FrontProps) {
  const { points } = front
  const chosen = pointAt(points, at)
  if (chosen === undefined) return null
  return (
    <>
      <Sentence>{pointSentence(chosen, changes, grants)}</Sentence>
      <CurveChart points={points} chosen={chosen} />
      <label className="field">
        <span className="field-label">{texts.at}</span>
        <input
          type="range"
          className="slider"
          min={0}
          max={points.length - 1}
          value={points.indexOf(chosen)}
          aria-valuetext={pointSentence(chosen, changes, grants)}
          onChange={({ target }) => onChoose(points[Number(target.value)]?.roles ?? chosen.roles)}
        />
      </label>
      <div className="row">
        <Link className="button" to="/role-models" search={pricesAt(front, chosen, changes)}>
          {texts.like}
        </Link>
        <span className="small muted">{texts.likeMeans}</span>
      </div>
      <p className="small muted">{stopWords(front)}</p>
      <details>
        <summary>{texts.points}</summary>
        <PointTable front={front} />
      </details>
    </>
  )
}

function PointTable({ front }: { readonly front: RoleFront }) {
  return (
    <table className="table">
      <caption className="for-readers">{texts.points}</caption>
      <thead>
        <tr>
          <th scope="col" className="words">
            {texts.tabs.roles}
          </th>
          <th scope="col">{texts.missing}</th>
          <th scope="col">{texts.added}</th>
          <th scope="col">{texts.atLeast}</th>
        </tr>
      </thead>
      <tbody>
        {front.points.map(({ roles, missing, added, atLeast }) => (
          <tr key={roles}>
            <th scope="row">{formatCount(roles)}</th>
            <td>{formatCount(Number(missing))}</td>
            <td>{formatCount(Number(added))}</td>
            <td>{formatCount(Number(atLeast))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function stopWords({ isExact, stop }: RoleFront): string {
  if (isExact) return texts.exact
  return stop === Stop.TOO_MANY_CELLS ? texts.stoppedCells : texts.stoppedWork
}
