import { Button } from 'react-aria-components'
import { Cross } from '../../kit/icons.tsx'
import { formatIsoDay } from '../../kit/times.ts'
import { useTyped } from '../../shell/typed.ts'
import { FindPerson, type Named } from '../settings/find-named.tsx'
import type { DraftException } from './rule-draft.ts'
import { texts } from './texts.ts'

interface Props {
  /** Identifies the policy. */
  readonly of: string
  readonly exceptions: readonly DraftException[]
  readonly mayChange: boolean
  readonly onChange: (exceptions: readonly DraftException[]) => void
}

/** The exceptions of a separation of duties: people to whom it does not apply until a day. */
export function Exceptions({ of, exceptions, mayChange, onChange }: Props) {
  return (
    <fieldset className="choices stack-tight">
      <legend className="field-label">{texts.exceptions}</legend>
      <ul className="stack-tight">
        {exceptions.map((one) => (
          <li key={one.identityId} className="row">
            <bdi title={one.identityId}>{texts.exceptionOf(one.name, formatIsoDay(one.day))}</bdi>
            <bdi className="small muted">{one.reason}</bdi>
            {mayChange && (
              <Button
                className="token-remove"
                aria-label={texts.remove(one.name)}
                onPress={() => onChange(exceptions.filter((other) => other !== one))}
              >
                <Cross />
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayChange && (
        <AddException
          of={of}
          onAdd={(added) =>
            onChange([...exceptions.filter(({ identityId }) => identityId !== added.identityId), added])
          }
        />
      )}
    </fieldset>
  )
}

interface Typed {
  readonly person?: Named
  readonly reason: string
  readonly day: string
}

interface AddProps {
  readonly of: string
  readonly onAdd: (exception: DraftException) => void
}

function AddException({ of, onAdd }: AddProps) {
  const [typed, setTyped, discard] = useTyped<Typed>(`exception:${of}`, { reason: '', day: '' })
  const { person, reason, day } = typed
  return (
    <div className="filters">
      {person === undefined ? (
        <FindPerson label={texts.person} onPick={(found) => setTyped({ ...typed, person: found })} />
      ) : (
        <span className="token">
          <bdi title={person.id}>{person.name}</bdi>
        </span>
      )}
      <label className="field">
        <span className="field-label">{texts.until}</span>
        <input
          type="date"
          className="input"
          value={day}
          onChange={({ target }) => setTyped({ ...typed, day: target.value })}
        />
      </label>
      <label className="field">
        <span className="field-label">{texts.reason}</span>
        <input
          className="input"
          maxLength={1_000}
          value={reason}
          onChange={({ target }) => setTyped({ ...typed, reason: target.value })}
        />
      </label>
      <Button
        className="button"
        isDisabled={person === undefined || day === ''}
        onPress={() => {
          if (person === undefined) return
          onAdd({ identityId: person.id, name: person.name, reason, day })
          discard()
        }}
      >
        {texts.addException}
      </Button>
    </div>
  )
}
