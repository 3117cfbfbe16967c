import { type RoleModel, RoleModel_State as State } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { getRouteApi, Link } from '@tanstack/react-router'
import { CardList } from '../../kit/card-list.tsx'
import { Failed } from '../../kit/failed.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { ListSentence } from '../../kit/sentence.tsx'
import { formatTime } from '../../kit/times.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { ModelProgress } from './model-progress.tsx'
import { isRunning, useRoleModels } from './queries.ts'
import { objectiveName } from './search.ts'
import { StartForm } from './start-form.tsx'
import { listSentence, outcomeText, texts } from './texts.ts'

const route = getRouteApi('/inside/role-models')

/** The stored role models, and a form that starts another. */
export function RoleModels() {
  const search = route.useSearch()
  const mayMine = useMay('mine')
  const { items, more, hasNextPage, error, isPending, refetch } = useRoleModels()
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <ListSentence asked={{ error, isPending }} isEmpty={items.length === 0} looking={texts.looking}>
        {listSentence(items)}
      </ListSentence>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {mayMine && !isPending && (
        <section className="card" aria-label={texts.start}>
          <details open={items.length === 0 || search.objective !== undefined}>
            <summary>{texts.start}</summary>
            <StartForm search={search} />
          </details>
        </section>
      )}
      {!mayMine && <p className="small muted">{texts.mayNot}</p>}
      <CardList
        label={texts.models}
        items={items}
        keyOf={({ id }) => id}
        card={(model) => <ModelLine model={model} />}
        hasMore={hasNextPage}
        onMore={more}
      />
    </>
  )
}

function ModelLine({ model }: { readonly model: RoleModel }) {
  const { id, objective, createTime, state, errorMessage } = model
  return (
    <>
      <div className="row">
        <Link to="/role-models/$id" params={{ id }} search={{}}>
          {formatTime(createTime)}
        </Link>
        <span className="small muted">{texts.objectives[objectiveName(objective)].title}</span>
      </div>
      {state === State.COMPLETED && <p>{outcomeText(model)}.</p>}
      {state === State.FAILED && (
        <p>
          {texts.failed}: {inReadingOrder(errorMessage)}
        </p>
      )}
      {isRunning(model) && <ModelProgress model={model} />}
    </>
  )
}
