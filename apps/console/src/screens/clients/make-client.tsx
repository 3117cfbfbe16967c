import { ClientRole, type CreateClientResponse } from '@assay/contracts/assay/client/v1/client_service_pb'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { CallButton } from '../../kit/call-button.tsx'
import { CopiedField } from '../../kit/copied-field.tsx'
import { Question } from '../../kit/dialog.tsx'
import { TypedForm } from '../../kit/typed-form.tsx'
import { useTyped } from '../../shell/typed.ts'
import { FindPerson, type Named, Picked } from '../settings/find-named.tsx'
import { useMakeClient } from './queries.ts'
import { texts } from './texts.ts'

const roles = [ClientRole.AUDITOR, ClientRole.AGENT, ClientRole.REVIEWER, ClientRole.ROLE_MINER, ClientRole.ADMIN]

/** Makes a client, and shows its secret once: no address, no storage of the browser and no later response contains it. */
export function MakeClient({ dialects }: { readonly dialects: readonly string[] }) {
  const { mutate: make, isPending } = useMakeClient()
  const [person, setPerson, discardPerson] = useTyped<Named | undefined>('client-person', undefined)
  const [made, setMade] = useState<CreateClientResponse>()
  const submit = (form: HTMLFormElement) => {
    const entered = new FormData(form)
    const text = (name: string) => String(entered.get(name) ?? '').trim()
    make(
      {
        displayName: text('name'),
        role: Number(text('role')) as ClientRole,
        dialect: text('dialect'),
        identityId: person?.id ?? '',
        host: location.host,
      },
      {
        onSuccess: (answer) => {
          setMade(answer)
          form.reset()
        },
      },
    )
  }
  return (
    <section className="card" aria-label={texts.make}>
      <h2>{texts.make}</h2>
      <TypedForm name="client" className="filters" isBusy={isPending} onSubmit={submit} onDiscard={discardPerson}>
        <label className="field">
          <span className="field-label">{texts.name}</span>
          <input className="input" name="name" dir="auto" required maxLength={200} />
        </label>
        <label className="field">
          <span className="field-label">{texts.role}</span>
          <select className="input" name="role">
            {roles.map((role) => (
              <option key={role} value={role}>
                {texts.roles[role]}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span className="field-label">{texts.dialect}</span>
          <select className="input" name="dialect">
            {dialects.map((dialect) => (
              <option key={dialect} value={dialect}>
                {dialect}
              </option>
            ))}
          </select>
        </label>
        <Picked
          label={texts.identity}
          picked={person === undefined ? [] : [person]}
          onRemove={() => setPerson(undefined)}
        />
        {person === undefined && <FindPerson label={texts.identity} onPick={setPerson} />}
        <CallButton isMain isBusy={isPending}>
          {texts.confirm}
        </CallButton>
      </TypedForm>
      <Question title={texts.secretTitle} isOpen={made !== undefined} onClose={() => setMade(undefined)}>
        <p>{texts.secretMeans}</p>
        <CopiedField title={texts.id} text={made?.client?.clientId ?? ''} />
        <CopiedField title={texts.secret} text={made?.clientSecret ?? ''} />
        <div className="row">
          <Button className="button" data-kind="accent" onPress={() => setMade(undefined)}>
            {texts.keptIt}
          </Button>
        </div>
      </Question>
    </section>
  )
}
