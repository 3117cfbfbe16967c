import type { Issuer } from '@assay/contracts/assay/people/v1/issuer_service_pb'
import { Role } from '@assay/contracts/assay/people/v1/person_pb'
import { Button } from 'react-aria-components'
import { CallButton } from '../../kit/call-button.tsx'
import { Failed } from '../../kit/failed.tsx'
import { TypedForm } from '../../kit/typed-form.tsx'
import { showToast } from '../../shell/toast.tsx'
import { ReaderScopeFields, useReaderScope } from '../settings/reader-scope-fields.tsx'
import { scopeIds } from '../settings/texts.ts'
import { useGiveAccess, useGivenAccess, useTakeAccess } from './queries.ts'
import { givenText, texts } from './texts.ts'

const roles = [Role.AUDITOR, Role.REVIEWER, Role.ROLE_MINER, Role.ADMIN]

/** The access given to groups and people of identity providers: role and scope. */
export function GivenAccessCard({ issuers }: { readonly issuers: readonly Issuer[] }) {
  const { data, error, refetch } = useGivenAccess()
  const { mutate: take } = useTakeAccess()
  return (
    <section className="card" aria-label={texts.given}>
      <h2>{texts.given}</h2>
      <p className="small muted">{texts.givenMeans}</p>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {data?.access.length === 0 && <p>{texts.nothingGiven}</p>}
      <ul className="stack">
        {data?.access.map((access) => (
          <li key={access.id} className="row">
            <bdi title={scopeIds(access.scope)}>{givenText(access)}</bdi>
            <Button
              className="button"
              aria-label={texts.takeNamed(givenText(access))}
              onPress={() => take({ accessId: access.id }, { onSuccess: () => showToast(texts.taken) })}
            >
              {texts.take}
            </Button>
          </li>
        ))}
      </ul>
      <GiveForm issuers={issuers} />
    </section>
  )
}

function GiveForm({ issuers }: { readonly issuers: readonly Issuer[] }) {
  const { mutate: give, isPending } = useGiveAccess()
  const { scope, saysNothing, clear, entered: fields } = useReaderScope('given-access', undefined)
  const submit = (form: HTMLFormElement) => {
    const entered = new FormData(form)
    const text = (name: string) => String(entered.get(name) ?? '').trim()
    const to = { case: text('to') === 'person' ? ('person' as const) : ('group' as const), value: text('name') }
    give(
      {
        access: {
          issuerId: text('issuer'),
          to,
          role: Number(text('role')) as Role,
          ...(!saysNothing && { scope }),
        },
      },
      {
        onSuccess: () => {
          showToast(texts.gave)
          form.reset()
        },
      },
    )
  }
  return (
    <TypedForm
      name="given-access"
      className="filters"
      aria-label={texts.give}
      isBusy={isPending}
      onSubmit={submit}
      onDiscard={clear}
    >
      <label className="field">
        <span className="field-label">{texts.issuer}</span>
        <select className="input" name="issuer">
          {issuers.map(({ id, displayName }) => (
            <option key={id} value={id}>
              {displayName}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span className="field-label">{texts.to}</span>
        <select className="input" name="to">
          <option value="group">{texts.toGroup}</option>
          <option value="person">{texts.toPerson}</option>
        </select>
      </label>
      <label className="field">
        <span className="field-label">{texts.name}</span>
        <input className="input" name="name" required maxLength={256} />
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
      <fieldset className="filters">
        <legend className="field-label">{texts.whomTheySee}</legend>
        <ReaderScopeFields entered={fields} />
      </fieldset>
      <CallButton isMain isBusy={isPending}>
        {texts.give}
      </CallButton>
    </TypedForm>
  )
}
