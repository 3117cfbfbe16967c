import type { Policy } from '@assay/contracts/assay/policy/v1/policy_pb'
import { type FormEvent, useState } from 'react'
import { Button } from 'react-aria-components'
import { useMayForEverybody } from '../../shell/rights.ts'
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
  readonly onReadAgain: () => void
}

/** The form of a policy: change, preview, save. */
export function PolicyForm({ initial, before, onSaved, onReadAgain }: Props) {
  const mayChange = useMayForEverybody('administer')
  const [draft, setDraft] = useState(initial)
  const [isOld, setOld] = useState(false)
  const { mutate: preview, data: previewed, isPending, reset } = usePreview()
  const change = (part: Partial<PolicyDraft>) => {
    setDraft({ ...draft, ...part })
    reset()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void savePolicy(policyOf(draft, before)).then((saved) => {
      if (saved === 'changed') setOld(true)
      else if (saved !== undefined) onSaved(saved)
    })
  }
  return (
    <>
      {isOld && (
        <div className="row" role="alert">
          <span>{texts.changed}</span>
          <Button className="button" onPress={onReadAgain}>
            {texts.readTheirs}
          </Button>
        </div>
      )}
      <form className="card" aria-label={texts.form} onSubmit={submit}>
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
        <RuleFields draft={draft} mayChange={mayChange} onChange={change} />
        {mayChange && (
          <div className="row">
            <Button className="button" data-kind="accent" type="submit" isDisabled={draft.name.trim() === ''}>
              {texts.save}
            </Button>
            <Button
              className="button"
              isDisabled={isPending}
              onPress={() => preview({ policy: policyOf(draft, before) })}
            >
              {texts.tryIt}
            </Button>
            {draft.name.trim() === '' && <span className="small muted">{texts.needsName}</span>}
          </div>
        )}
        {!mayChange && <p className="small muted">{texts.mayNot}</p>}
      </form>
      {previewed !== undefined && <PreviewCard preview={previewed} />}
    </>
  )
}
