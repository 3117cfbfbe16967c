import { type RoleModel, RoleModel_State as State } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { FinalQuestion } from '../../kit/final-question.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { Sentence } from '../../kit/sentence.tsx'
import { formatTime } from '../../kit/times.ts'
import { queryClient } from '../../shell/calls.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { ModelProgress } from '../role-models/model-progress.tsx'
import { isRunning } from '../role-models/queries.ts'
import { isNotYet } from '../start/queries.ts'
import { AboutTab } from './about-tab.tsx'
import { deleteRoleModel } from './actions.ts'
import { CurveTab } from './curve-tab.tsx'
import { ExportCard } from './export-card.tsx'
import { useRoleModel } from './queries.ts'
import { RevisionsTab } from './revisions-tab.tsx'
import { RolesTab } from './roles-tab.tsx'
import { type RoleModelSearch, type TabName, tabNames } from './search.ts'
import { modelSentence, texts } from './texts.ts'

const route = getRouteApi('/inside/role-models/$id')

/** One role model: its roles as a picture and a list, the cost of fewer roles, its settings, and its exports. */
export function RoleModelScreen() {
  const { id } = route.useParams()
  const search = route.useSearch()
  const { data: model, error, refetch } = useRoleModel(id)
  if (isNotYet(error)) {
    return (
      <>
        <PageTitle>{texts.title('')}</PageTitle>
        <p>{texts.gone}</p>
        <AllModels />
      </>
    )
  }
  return (
    <>
      <PageTitle>{texts.title(model === undefined ? '' : formatTime(model.createTime))}</PageTitle>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {model === undefined && error === null && <Sentence>{texts.looking}</Sentence>}
      {model !== undefined && <Model model={model} search={search} />}
      <AllModels />
    </>
  )
}

function AllModels() {
  return (
    <p>
      <Link to="/role-models" search={{}}>
        {texts.all}
      </Link>
    </p>
  )
}

function Model({ model, search }: { readonly model: RoleModel; readonly search: RoleModelSearch }) {
  useNewRevision(model.revision)
  if (isRunning(model)) {
    return (
      <section className="card" aria-label={texts.looking}>
        <ModelProgress model={model} />
      </section>
    )
  }
  if (model.state === State.FAILED) {
    return (
      <section className="card" aria-label={texts.failed}>
        <p>
          {texts.failed}: {inReadingOrder(model.errorMessage)}
        </p>
        <DeleteModel modelId={model.id} />
      </section>
    )
  }
  const tab: TabName = search.tab ?? 'roles'
  return (
    <>
      <Sentence>{modelSentence(model)}</Sentence>
      <nav className="tabs" aria-label={texts.tabsLabel}>
        {tabNames.map((name) => (
          <Link
            key={name}
            className="tab"
            to="/role-models/$id"
            params={{ id: model.id }}
            search={{ ...search, tab: name === 'roles' ? undefined : name }}
            replace
            data-selected={name === tab ? '' : undefined}
            activeOptions={{ exact: true }}
          >
            {texts.tabs[name]}
          </Link>
        ))}
      </nav>
      {tab === 'roles' && <RolesTab model={model} search={search} />}
      {tab === 'curve' && <CurveTab model={model} search={search} />}
      {tab === 'about' && <AboutTab model={model} />}
      {tab === 'revisions' && <RevisionsTab model={model} />}
      <ExportCard modelId={model.id} roles={model.figures?.roles ?? 0} />
      <DeleteModel modelId={model.id} />
    </>
  )
}

/** After a revision, all that is shown of the model is requested again. */
function useNewRevision(revision: number): void {
  const shown = useRef(revision)
  useEffect(() => {
    if (shown.current === revision) return
    shown.current = revision
    void queryClient.invalidateQueries()
  }, [revision])
}

/** Deletes the model. This cannot be undone, so it asks first. */
function DeleteModel({ modelId }: { readonly modelId: string }) {
  const navigate = useNavigate()
  const mayMine = useMay('mine')
  const [isAsking, ask] = useState(false)
  if (!mayMine) return null
  const confirm = () => {
    ask(false)
    void deleteRoleModel(modelId).then((done) => {
      if (done) void navigate({ to: '/role-models', search: {} })
    })
  }
  return (
    <p>
      <Button className="button" onPress={() => ask(true)}>
        {texts.delete}
      </Button>
      <FinalQuestion
        title={texts.deleteTitle}
        means={texts.deleteMeans}
        no={texts.keep}
        yes={texts.confirmDelete}
        isOpen={isAsking}
        onClose={() => ask(false)}
        onYes={confirm}
      />
    </p>
  )
}
