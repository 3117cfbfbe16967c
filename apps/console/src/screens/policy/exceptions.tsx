import { useState } from 'react'
import { Button } from 'react-aria-components'
import { useSettled } from '../../shell/use-settled.ts'
import { FindField } from './find-field.tsx'
import { usePeopleNamed } from './queries.ts'
import type { DraftException } from './rule-draft.ts'
import { texts } from './texts.ts'

interface Props {
  readonly exceptions: readonly DraftException[]
  readonly mayChange: boolean
  readonly onChange: (exceptions: readonly DraftException[]) => void
}

const searchAfterMs = 200

/** People of whom a separation of duties does not speak until a day. */
export function Exceptions({ exceptions, mayChange, onChange }: Props) {
  return (
    <fieldset className="choices stack-tight">
      <legend className="field-label">{texts.exceptions}</legend>
      <ul className="stack-tight">
        {exceptions.map((one) => (
          <li key={one.identityId} className="row">
            <bdi>{texts.exceptionOf(one.identityId, one.day)}</bdi>
            <bdi className="small muted">{one.reason}</bdi>
            {mayChange && (
              <Button
                className="button"
                data-kind="plain"
                aria-label={texts.remove(one.identityId)}
                onPress={() => onChange(exceptions.filter((other) => other !== one))}
              >
                ×
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayChange && (
        <AddException
          onAdd={(added) =>
            onChange([...exceptions.filter(({ identityId }) => identityId !== added.identityId), added])
          }
        />
      )}
    </fieldset>
  )
}

function AddException({ onAdd }: { readonly onAdd: (exception: DraftException) => void }) {
  const [text, setText] = useState('')
  const [identityId, setIdentity] = useState<string>()
  const [reason, setReason] = useState('')
  const [day, setDay] = useState('')
  const { data } = usePeopleNamed(useSettled(text, searchAfterMs))
  const found = (data?.identities ?? []).map(({ id, displayName, email }) => ({
    id,
    name: displayName || id,
    note: email,
  }))
  return (
    <div className="filters">
      {identityId === undefined ? (
        <FindField label={texts.person} text={text} onText={setText} found={found} onPick={setIdentity} />
      ) : (
        <span className="token">
          <bdi>{identityId}</bdi>
        </span>
      )}
      <label className="field">
        <span className="field-label">{texts.until}</span>
        <input type="date" className="input" value={day} onChange={({ target }) => setDay(target.value)} />
      </label>
      <label className="field">
        <span className="field-label">{texts.reason}</span>
        <input className="input" maxLength={1_000} value={reason} onChange={({ target }) => setReason(target.value)} />
      </label>
      <Button
        className="button"
        isDisabled={identityId === undefined || day === ''}
        onPress={() => {
          if (identityId === undefined) return
          onAdd({ identityId, reason, day })
          setIdentity(undefined)
          setReason('')
        }}
      >
        {texts.addException}
      </Button>
    </div>
  )
}
