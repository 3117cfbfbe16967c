import type { Webhook } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { FinalQuestion } from '../../kit/final-question.tsx'
import { showToast } from '../../shell/toast.tsx'
import { PauseButton } from '../webhooks/pause-button.tsx'
import { refreshWebhooks } from '../webhooks/queries.ts'
import { SecretQuestion } from '../webhooks/secret-question.tsx'
import { webhookName } from '../webhooks/texts.ts'
import { deleteWebhook, useRotateSecret, useTestWebhook } from './queries.ts'
import { ReplayQuestion } from './replay-question.tsx'
import { texts } from './texts.ts'

interface Props {
  readonly webhook: Webhook
  /** Receives the id of the event that tests the webhook. */
  readonly onTested: (eventId: string) => void
}

/** The actions of an administrator on a webhook: test, pause, send again, new secret, delete. */
export function WebhookActions({ webhook, onTested }: Props) {
  const { id: webhookId } = webhook
  const navigate = useNavigate()
  const [asked, ask] = useState<'replay' | 'rotate' | 'delete'>()
  const [secret, setSecret] = useState<string>()
  const { mutate: test } = useTestWebhook()
  const { mutate: rotate } = useRotateSecret()
  const close = () => ask(undefined)
  const testIt = () =>
    test(
      { webhookId },
      {
        onSuccess: ({ eventId }) => {
          showToast(texts.tested)
          onTested(eventId)
        },
      },
    )
  const rotateIt = () => {
    close()
    rotate({ webhookId }, { onSuccess: (made) => setSecret(made.secret) })
  }
  const deleteIt = () => {
    close()
    void deleteWebhook(webhookId, webhookName(webhook)).then(async (done) => {
      if (!done) return
      await navigate({ to: '/settings/webhooks' })
      await refreshWebhooks()
    })
  }
  return (
    <div className="row">
      <Button className="button" onPress={testIt}>
        {texts.test}
      </Button>
      <PauseButton webhook={webhook} />
      <Button className="button" onPress={() => ask('replay')}>
        {texts.replay}
      </Button>
      <Button className="button" onPress={() => ask('rotate')}>
        {texts.rotate}
      </Button>
      <Button className="button" onPress={() => ask('delete')}>
        {texts.delete}
      </Button>
      <ReplayQuestion webhookId={webhookId} isOpen={asked === 'replay'} onClose={close} />
      <FinalQuestion
        title={texts.rotateTitle}
        means={texts.rotateMeans}
        no={texts.cancel}
        yes={texts.confirmRotate}
        isOpen={asked === 'rotate'}
        onClose={close}
        onYes={rotateIt}
      />
      <FinalQuestion
        title={texts.deleteTitle}
        means={texts.deleteMeans}
        no={texts.cancel}
        yes={texts.confirmDelete}
        isOpen={asked === 'delete'}
        onClose={close}
        onYes={deleteIt}
      />
      <SecretQuestion secret={secret} onClose={() => setSecret(undefined)} />
    </div>
  )
}
