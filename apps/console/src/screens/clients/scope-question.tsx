import type { Client } from '@assay/contracts/assay/client/v1/client_service_pb'
import { type FormEvent, useState } from 'react'
import { Button } from 'react-aria-components'
import { Question } from '../../kit/dialog.tsx'
import { showToast } from '../../shell/toast.tsx'
import { ConditionsBar } from '../explore/conditions-bar.tsx'
import type { Condition } from '../explore/search.ts'
import { useScopeClient } from './queries.ts'
import { texts } from './texts.ts'

interface Props {
  readonly client: Client
  readonly onClose: () => void
}

/** Whom a client sees: attributes, somebody with all below, applications. */
export function ScopeQuestion({ client: { clientId, readerScope }, onClose }: Props) {
  const [conditions, setConditions] = useState<readonly Condition[]>(
    (readerScope?.filters ?? []).map(({ attribute, values }) => ({ attribute, values })),
  )
  const [managerId, setManager] = useState(readerScope?.managerId ?? '')
  const [applications, setApplications] = useState((readerScope?.applicationIds ?? []).join(', '))
  const { mutate: scope, isPending } = useScopeClient()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const applicationIds = applications
      .split(',')
      .map((id) => id.trim())
      .filter(Boolean)
    const filters = conditions.map(({ attribute, values }) => ({ attribute, values: [...values] }))
    scope(
      { clientId, readerScope: { filters, managerId: managerId.trim(), applicationIds } },
      {
        onSuccess: () => {
          showToast(texts.scoped)
          onClose()
        },
      },
    )
  }
  return (
    <Question title={texts.scopeTitle} isOpen onClose={onClose}>
      <p>{texts.scopeMeans}</p>
      <ConditionsBar conditions={conditions} onChange={setConditions} />
      <form className="stack" onSubmit={submit}>
        <label className="field">
          <span className="field-label">{texts.manager}</span>
          <input
            className="input"
            maxLength={256}
            value={managerId}
            onChange={({ target }) => setManager(target.value)}
          />
        </label>
        <label className="field">
          <span className="field-label">{texts.inApplications}</span>
          <input className="input" value={applications} onChange={({ target }) => setApplications(target.value)} />
        </label>
        <div className="row">
          <Button className="button" data-kind="accent" type="submit" isDisabled={isPending}>
            {texts.save}
          </Button>
          <Button className="button" onPress={onClose}>
            {texts.cancel}
          </Button>
        </div>
      </form>
    </Question>
  )
}
