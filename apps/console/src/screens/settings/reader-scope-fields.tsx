import { useState } from 'react'
import { ConditionsBar } from '../explore/conditions-bar.tsx'
import type { Condition } from '../explore/search.ts'
import { texts } from './texts.ts'

/** Whom somebody sees, as the calls have it. */
interface EnteredScope {
  readonly filters: { readonly attribute: string; readonly values: string[] }[]
  readonly managerId: string
  readonly applicationIds: string[]
}

/** The scope that is being entered; what `given` says to begin with. */
export function useReaderScope(given: Partial<EnteredScope> | undefined) {
  const [conditions, setConditions] = useState<readonly Condition[]>(given?.filters ?? [])
  const [managerId, setManager] = useState(given?.managerId ?? '')
  const [applications, setApplications] = useState(given?.applicationIds?.join(', ') ?? '')
  const scope: EnteredScope = {
    filters: conditions.map(({ attribute, values }) => ({ attribute, values: [...values] })),
    managerId: managerId.trim(),
    applicationIds: applications
      .split(',')
      .map((id) => id.trim())
      .filter(Boolean),
  }
  const saysNothing = scope.filters.length === 0 && scope.managerId === '' && scope.applicationIds.length === 0
  const clear = () => {
    setConditions([])
    setManager('')
    setApplications('')
  }
  return {
    scope,
    saysNothing,
    clear,
    entered: { conditions, setConditions, managerId, setManager, applications, setApplications },
  }
}

type Entered = ReturnType<typeof useReaderScope>['entered']

/** Attributes, somebody with all below, applications: all of it holds together. */
export function ReaderScopeFields({ entered }: { readonly entered: Entered }) {
  const { conditions, setConditions, managerId, setManager, applications, setApplications } = entered
  return (
    <>
      <ConditionsBar conditions={conditions} onChange={setConditions} />
      <label className="field">
        <span className="field-label">{texts.below}</span>
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
    </>
  )
}
