import type { Policy } from '@assay/contracts/assay/policy/v1/policy_pb'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { FinalQuestion } from '../../kit/final-question.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMayForEverybody } from '../../shell/rights.ts'
import { ExportBreaches } from '../policies/export-breaches.tsx'
import { switchPolicy, useFirstBreaches } from '../policies/queries.ts'
import { texts as policiesTexts, ruleText } from '../policies/texts.ts'
import { SettingsNav } from '../settings/settings-nav.tsx'
import { isNotYet } from '../start/queries.ts'
import { PolicyForm } from './policy-form.tsx'
import { BreachList } from './preview-card.tsx'
import { deletePolicy, usePolicy } from './queries.ts'
import { draftOf, newDraft } from './rule-draft.ts'
import { texts } from './texts.ts'

const route = getRouteApi('/inside/settings/policies/$id')

/** One policy: its form, its breaches, and the preview of a change. `new` makes a policy. */
export function PolicyScreen() {
  const navigate = useNavigate()
  const { id } = route.useParams()
  const { kind = 'protectedAccess' } = route.useSearch()
  const isNew = id === 'new'
  const mayMake = useMayForEverybody('administer')
  const { data: policy, error, refetch } = usePolicy(id, !isNew)
  const show = ({ id: saved }: Policy) =>
    void navigate({ to: '/settings/policies/$id', params: { id: saved }, search: {}, replace: true })
  if (isNew) {
    return (
      <>
        <PageTitle>{texts.newTitle(policiesTexts.kinds[kind].title)}</PageTitle>
        <SettingsNav />
        <p className="muted">{policiesTexts.kinds[kind].means}</p>
        {mayMake ? (
          <PolicyForm key={kind} initial={newDraft(kind)} before={undefined} onSaved={show} onReadAgain={() => {}} />
        ) : (
          <p>{texts.mayNot}</p>
        )}
        <AllPolicies />
      </>
    )
  }
  const draft = policy && draftOf(policy)
  return (
    <>
      <PageTitle>{policy?.displayName ?? policiesTexts.title}</PageTitle>
      <SettingsNav />
      {isNotYet(error) && <p>{texts.gone}</p>}
      {error !== null && !isNotYet(error) && <Failed error={error} onRetry={() => void refetch()} />}
      {policy === undefined && error === null && <Sentence>{texts.looking}</Sentence>}
      {policy !== undefined && (
        <>
          <Sentence>{policiesTexts.ruleIs(ruleText(policy), policy.disabled)}</Sentence>
          <Actions policy={policy} />
          {draft !== undefined && (
            <PolicyForm
              key={policy.id}
              initial={draft}
              before={policy}
              onSaved={() => void refetch()}
              onReadAgain={() => void refetch()}
            />
          )}
          {!policy.disabled && <PresentBreaches policyId={policy.id} />}
        </>
      )}
      <AllPolicies />
    </>
  )
}

function AllPolicies() {
  return (
    <p>
      <Link to="/settings/policies">{texts.all}</Link>
    </p>
  )
}

function Actions({ policy }: { readonly policy: Policy }) {
  const navigate = useNavigate()
  const mayChange = useMayForEverybody('administer')
  const [isAsking, ask] = useState(false)
  if (!mayChange) return null
  const confirm = () => {
    ask(false)
    void deletePolicy(policy).then((done) => {
      if (done) void navigate({ to: '/settings/policies' })
    })
  }
  return (
    <div className="row">
      <Button className="button" onPress={() => void switchPolicy(policy)}>
        {policy.disabled ? policiesTexts.switchOn : policiesTexts.switchOff}
      </Button>
      <Button className="button" onPress={() => ask(true)}>
        {texts.delete}
      </Button>
      <FinalQuestion
        title={texts.deleteTitle}
        means={texts.deleteMeans}
        no={texts.cancel}
        yes={texts.confirmDelete}
        isOpen={isAsking}
        onClose={() => ask(false)}
        onYes={confirm}
      />
    </div>
  )
}

function PresentBreaches({ policyId }: { readonly policyId: string }) {
  const { data } = useFirstBreaches(policyId)
  if (data === undefined || data.breaches.length === 0) return null
  return (
    <section className="card" aria-label={texts.breaches}>
      <BreachList breaches={data.breaches.slice(0, 20)} />
      <p>
        <Link to="/coverage" search={{ tab: 'breaches' }}>
          {texts.allBreaches}
        </Link>
      </p>
      <ExportBreaches policyId={policyId} />
    </section>
  )
}
