import { ClientRole, type CreateClientResponse } from '@assay/contracts/assay/client/v1/client_service_pb'
import { type FormEvent, useState } from 'react'
import { Button } from 'react-aria-components'
import { Question } from '../../kit/dialog.tsx'
import { showToast } from '../../shell/toast.tsx'
import { useMakeClient } from './queries.ts'
import { texts } from './texts.ts'

const roles = [ClientRole.AUDITOR, ClientRole.AGENT, ClientRole.REVIEWER, ClientRole.ROLE_MINER, ClientRole.ADMIN]

/** Makes a client, and shows its secret once: it is in no address, no store of the browser and no answer that comes later. */
export function MakeClient({ dialects }: { readonly dialects: readonly string[] }) {
  const { mutate: make, isPending } = useMakeClient()
  const [made, setMade] = useState<CreateClientResponse>()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const entered = new FormData(form)
    const text = (name: string) => String(entered.get(name) ?? '').trim()
    make(
      {
        displayName: text('name'),
        role: Number(text('role')) as ClientRole,
        dialect: text('dialect'),
        identityId: text('identity'),
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
      <form className="filters" onSubmit={submit}>
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
        <label className="field">
          <span className="field-label">{texts.identity}</span>
          <input className="input" name="identity" maxLength={256} />
        </label>
        <Button className="button" data-kind="accent" type="submit" isDisabled={isPending}>
          {texts.confirm}
        </Button>
      </form>
      <Question title={texts.secretTitle} isOpen={made !== undefined} onClose={() => setMade(undefined)}>
        <p>{texts.secretMeans}</p>
        <Shown title={texts.id} text={made?.client?.clientId ?? ''} />
        <Shown title={texts.secret} text={made?.clientSecret ?? ''} />
        <div className="row">
          <Button className="button" data-kind="accent" onPress={() => setMade(undefined)}>
            {texts.keptIt}
          </Button>
        </div>
      </Question>
    </section>
  )
}

function Shown({ title, text }: { readonly title: string; readonly text: string }) {
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => showToast(texts.copied),
      () => showToast(texts.notCopied),
    )
  return (
    <label className="field">
      <span className="field-label">{title}</span>
      <span className="row">
        <input
          className="input code"
          readOnly
          value={text}
          aria-label={title}
          onFocus={({ target }) => target.select()}
        />
        <Button className="button" onPress={copy}>
          {texts.copy}
        </Button>
      </span>
    </label>
  )
}
