import { Webhook_State as State, type Webhook } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { Button } from 'react-aria-components'
import { showToast } from '../../shell/toast.tsx'
import { usePauseWebhook, useResumeWebhook } from './queries.ts'
import { texts, webhookName } from './texts.ts'

/** Pauses a webhook or resumes it; each undoes the other. */
export function PauseButton({ webhook }: { readonly webhook: Webhook }) {
  const { id: webhookId, state } = webhook
  const name = webhookName(webhook)
  const { mutate: pause } = usePauseWebhook()
  const { mutate: resume } = useResumeWebhook()
  const pauseIt = () => pause({ webhookId }, { onSuccess: () => showToast(texts.paused(name), resumeIt) })
  const resumeIt = () => resume({ webhookId }, { onSuccess: () => showToast(texts.resumed(name)) })
  return state === State.DISABLED ? (
    <Button className="button" aria-label={texts.resumeNamed(name)} onPress={resumeIt}>
      {texts.resume}
    </Button>
  ) : (
    <Button className="button" aria-label={texts.pauseNamed(name)} onPress={pauseIt}>
      {texts.pause}
    </Button>
  )
}
