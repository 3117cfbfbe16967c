import { Webhook_State as State, type Webhook } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { Link } from '@tanstack/react-router'
import { CardList } from '../../kit/card-list.tsx'
import { Failed } from '../../kit/failed.tsx'
import { ListSentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { SettingsNav } from '../settings/settings-nav.tsx'
import { MakeWebhook } from './make-webhook.tsx'
import { PauseButton } from './pause-button.tsx'
import { useWebhooks } from './queries.ts'
import { stateText, texts, webhookName } from './texts.ts'

/** The list of webhooks, with a form that makes one. */
export function Webhooks() {
  const mayAdminister = useMay('administer')
  const { items, more, hasNextPage, error, isPending, refetch } = useWebhooks()
  const paused = items.filter(({ state }) => state === State.DISABLED).length
  const sentence = items.length === 0 ? texts.none : texts.count(items.length - paused, paused)
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <SettingsNav />
      <ListSentence asked={{ error, isPending }} isEmpty={items.length === 0} looking={texts.looking}>
        {sentence}
      </ListSentence>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {mayAdminister ? <MakeWebhook /> : <p className="small muted">{texts.mayNot}</p>}
      <CardList
        label={texts.webhooks}
        items={items}
        keyOf={({ id }) => id}
        card={(webhook) => <WebhookLine webhook={webhook} mayChange={mayAdminister} />}
        hasMore={hasNextPage}
        onMore={more}
      />
    </>
  )
}

function WebhookLine({ webhook, mayChange }: { readonly webhook: Webhook; readonly mayChange: boolean }) {
  const { id, url, eventTypes } = webhook
  return (
    <>
      <div className="row">
        <h2>
          <Link to="/settings/webhooks/$id" params={{ id }} search={{}}>
            <bdi>{webhookName(webhook)}</bdi>
          </Link>
        </h2>
        {mayChange && <PauseButton webhook={webhook} />}
      </div>
      <code className="file-name">{url}</code>
      <p className="small muted">{eventTypes.length === 0 ? texts.all : eventTypes.join(', ')}</p>
      <p>{stateText(webhook)}</p>
    </>
  )
}
