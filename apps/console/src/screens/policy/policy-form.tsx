import type { Policy } from '@assay/contracts/assay/policy/v1/policy_pb'
import { type FormEvent, useState } from 'react'
import { Button } from 'react-aria-components'
import { CallButton } from '../../kit/call-button.tsx'
import { useMayForEverybody } from '../../shell/rights.ts'
import { useTyped } from '../../shell/typed.ts'
import { PreviewCard } from './preview-card.tsx'
import { savePolicy, usePreview } from './queries.ts'
import { type PolicyDraft, policyOf } from './rule-draft.ts'
import { RuleFields } from './rule-fields.tsx'
import { texts } from './texts.ts'

interface Props {
  readonly initial: PolicyDraft
  /** Undefined for a new policy. */
  readonly before: Policy | undefined
  readonly onSaved: (policy: Policy) => void
  /** Called when another user has changed the policy since. */
  readonly onReadAgain: () => void
}

/** The form of a policy: change, preview, save. What the user changed stays when another user saves the policy meanwhile. */
export function PolicyForm({ initial, before, onSaved, onReadAgain }: Props) {
  const mayChange = useMayForEverybody('administer')
  const etag = before?.etag ?? ''
  const name = `policy:${before?.id ?? initial.kind}`
  const [typed, setTyped, discard] = useTyped<{ readonly draft: PolicyDraft; readonly etag: string } | undefined>(
    name,
    undefined,
  )
  const draft = typed?.draft ?? initial
  const [isSaving, setSaving] = useState(false)
  // While the form is being saved, the policy of the page changes by this very form.
  const isOld = !isSaving && typed !== undefined && typed.etag !== etag
  const { mutate: preview, data: previewed, isPending, reset } = usePreview()
  const change = (part: Partial<PolicyDraft>) => {
    setTyped({ draft: { ...draft, ...part }, etag: typed?.etag ?? etag })
    reset()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isSaving) return
    setSaving(true)
    void savePolicy({ ...policyOf(draft, before), etag: typed?.etag ?? etag }).then((saved) => {
      setSaving(false)
      if (saved === 'changed') onReadAgain()
      else if (saved !== undefined) {
        discard()
        onSaved(saved)
      }
    })
  }
  return (
    <>
      {isOld && (
        <div className="banner" data-kind="bad" role="alert">
          <span>{texts.changed}</span>
          <Button className="button" onPress={discard}>
            {texts.dropMine}
          </Button>
          <Button className="button" onPress={() => setTyped({ draft, etag })}>
            {texts.keepMine}
          </Button>
        </div>
      )}
      <form className="card" aria-label={texts.form} aria-busy={isSaving} onSubmit={submit}>
        <label className="field">
          <span className="field-label">{texts.name}</span>
          <input
            className="input"
            dir="auto"
            required
            maxLength={256}
            readOnly={!mayChange}
            value={draft.name}
            onChange={({ target }) => change({ name: target.value })}
          />
        </label>
        <label className="field">
          <span className="field-label">{texts.description}</span>
          <textarea
            className="input"
            dir="auto"
            maxLength={4_096}
            readOnly={!mayChange}
            value={draft.description}
            onChange={({ target }) => change({ description: target.value })}
          />
        </label>
        <RuleFields of={name} draft={draft} mayChange={mayChange} onChange={change} />
        {mayChange && (
          <div className="row">
            <CallButton isMain isBusy={isSaving} isDisabled={draft.name.trim() === ''}>
              {texts.save}
            </CallButton>
            <CallButton isBusy={isPending} onPress={() => preview({ policy: policyOf(draft, before) })}>
              {texts.tryIt}
            </CallButton>
            {typed !== undefined && (
              <Button className="button" onPress={discard}>
                {texts.dropMine}
              </Button>
            )}
            {draft.name.trim() === '' && <span className="small muted">{texts.needsName}</span>}
          </div>
        )}
        {!mayChange && <p className="small muted">{texts.mayNot}</p>}
      </form>
      {previewed !== undefined && <PreviewCard preview={previewed} />}
    </>
  )
}
