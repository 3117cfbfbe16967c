import type { Policy } from '@assay/contracts/assay/policy/v1/policy_pb'
import { Link } from '@tanstack/react-router'
import { Button } from 'react-aria-components'
import { CardList } from '../../kit/card-list.tsx'
import { Failed } from '../../kit/failed.tsx'
import { ListSentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMayForEverybody } from '../../shell/rights.ts'
import { SettingsNav } from '../settings/settings-nav.tsx'
import { ExportBreaches } from './export-breaches.tsx'
import { switchPolicy, useFirstBreaches, usePolicies } from './queries.ts'
import { kindNames, policiesSentence, ruleText, texts } from './texts.ts'

/** The policies in words, and their breaches in the present data. */
export function Policies() {
  const mayAdminister = useMayForEverybody('administer')
  const { items, more, hasNextPage, error, isPending, refetch } = usePolicies()
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <SettingsNav />
      <ListSentence asked={{ error, isPending }} isEmpty={items.length === 0} looking={texts.looking}>
        {policiesSentence(items)}
      </ListSentence>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      <CardList
        label={texts.policies}
        items={items}
        keyOf={({ id }) => id}
        card={(policy) => <PolicyLine policy={policy} mayChange={mayAdminister} />}
        hasMore={hasNextPage}
        onMore={more}
      />

      {items.length > 0 && <Breaches />}
      {mayAdminister ? <Kinds /> : <p className="small muted">{texts.mayNot}</p>}
    </>
  )
}

function PolicyLine({ policy, mayChange }: { readonly policy: Policy; readonly mayChange: boolean }) {
  const { id, displayName, disabled, rule } = policy
  return (
    <>
      <div className="row">
        <Link to="/settings/policies/$id" params={{ id }} search={{}}>
          <bdi>{displayName}</bdi>
        </Link>
        <span className="small muted">
          {texts.kindIs(rule.case === undefined ? '' : texts.kinds[rule.case].title, disabled)}
        </span>
        {mayChange && (
          <Button
            className="button"
            aria-label={texts.switchedNamed(disabled, displayName)}
            onPress={() => void switchPolicy(policy)}
          >
            {disabled ? texts.switchOn : texts.switchOff}
          </Button>
        )}
      </div>
      <p>{ruleText(policy)}</p>
    </>
  )
}

function Breaches() {
  const { data } = useFirstBreaches('')
  if (data === undefined) return null
  const count = data.breaches.length
  return (
    <section className="card" aria-label={texts.breaches}>
      <h2>{texts.breaches}</h2>
      <p>{count === 0 ? texts.noBreaches : texts.someBreaches(count, data.nextPageToken !== '')}</p>
      {count > 0 && (
        <p className="row">
          <Link className="button" to="/coverage" search={{ tab: 'breaches' }}>
            {texts.toBreaches}
          </Link>
          <span className="small muted">{texts.breachesMeans}</span>
        </p>
      )}
      {count > 0 && <ExportBreaches />}
    </section>
  )
}

/** The kinds of policies, each with a link that makes one. */
function Kinds() {
  return (
    <section className="stack" aria-label={texts.make}>
      <h2>{texts.make}</h2>
      <ul className="cards">
        {kindNames.map((kind) => (
          <li key={kind} className="card">
            <h3>
              <Link to="/settings/policies/$id" params={{ id: 'new' }} search={{ kind }}>
                {texts.kinds[kind].title}
              </Link>
            </h3>
            <p>{texts.kinds[kind].means}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
