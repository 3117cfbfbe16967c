import type { Webhook } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { formatTime } from '../../kit/times.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { SettingsNav } from '../settings/settings-nav.tsx'
import { isNotYet } from '../start/queries.ts'
import { stateText, webhookName, texts as webhooksTexts } from '../webhooks/texts.ts'
import { ChangeWebhook } from './change-webhook.tsx'
import { Deliveries } from './deliveries.tsx'
import { useWebhook } from './queries.ts'
import { texts } from './texts.ts'
import { WebhookActions } from './webhook-actions.tsx'

const route = getRouteApi('/inside/settings/webhooks/$id')

/** One webhook: its state, its waiting events, its deliveries. */
export function WebhookScreen() {
  const mayAdminister = useMay('administer')
  const { id } = route.useParams()
  const { state = 'all' } = route.useSearch()
  const [tested, setTested] = useState<string>()
  const { data: webhook, error, refetch } = useWebhook(id)
  const isGone = isNotYet(error)
  return (
    <>
      <PageTitle>{webhook === undefined ? texts.title : webhookName(webhook)}</PageTitle>
      <SettingsNav />
      {isGone && <p>{texts.gone}</p>}
      {error !== null && !isGone && <Failed error={error} onRetry={() => void refetch()} />}
      {webhook === undefined && error === null && <Sentence>{texts.looking}</Sentence>}
      {webhook !== undefined && !isGone && (
        <>
          <Sentence>{stateText(webhook)}</Sentence>
          <Facts webhook={webhook} />
          {mayAdminister && <WebhookActions webhook={webhook} onTested={setTested} />}
          {mayAdminister && <ChangeWebhook key={saidBy(webhook)} webhook={webhook} />}
          {!mayAdminister && <p className="small muted">{webhooksTexts.mayNot}</p>}
          <Deliveries webhookId={id} state={state} mayChange={mayAdminister} awaited={tested} />
        </>
      )}
      <p>
        <Link to="/settings/webhooks">{texts.all}</Link>
      </p>
    </>
  )
}

/** The key of the form: after another change of the webhook the form is made again, so that it does not restore old values. */
function saidBy({ url, description, eventTypes }: Webhook): string {
  return JSON.stringify([url, description, eventTypes])
}

function Facts({ webhook }: { readonly webhook: Webhook }) {
  const { url, eventTypes, lastFailure, previousSecretEndTime } = webhook
  return (
    <div className="stack-tight">
      <code className="file-name">{url}</code>
      <p className="small muted">{eventTypes.length === 0 ? webhooksTexts.all : eventTypes.join(', ')}</p>
      {lastFailure !== '' && (
        <p>
          <bdi>{texts.lastFailure(lastFailure)}</bdi>
        </p>
      )}
      {previousSecretEndTime !== undefined && (
        <p className="small muted">{texts.bothSecrets(formatTime(previousSecretEndTime))}</p>
      )}
    </div>
  )
}
