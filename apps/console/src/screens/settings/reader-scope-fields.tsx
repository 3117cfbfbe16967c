import type { ValueName } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { useState } from 'react'
import { ConditionsBar } from '../explore/conditions-bar.tsx'
import type { Condition } from '../explore/search.ts'
import { FindApplication, FindPerson, type Named, Picked } from './find-named.tsx'
import { type NamedScope, texts } from './texts.ts'

/** A scope in the form of the calls. */
interface EnteredScope {
  readonly filters: { readonly attribute: string; readonly values: string[] }[]
  readonly managerId: string
  readonly applicationIds: string[]
}

/** The scope that the user enters; it begins with `given`. */
export function useReaderScope(given: NamedScope | undefined) {
  const [conditions, setConditions] = useState<readonly Condition[]>(given?.filters ?? [])
  const [names, setNames] = useState<readonly ValueName[]>(given?.valueNames ?? [])
  const [manager, setManager] = useState(managerOf(given))
  const [applications, setApplications] = useState(applicationsOf(given))
  const scope: EnteredScope = {
    filters: conditions.map(({ attribute, values }) => ({ attribute, values: [...values] })),
    managerId: manager?.id ?? '',
    applicationIds: applications.map(({ id }) => id),
  }
  const saysNothing = scope.filters.length === 0 && scope.managerId === '' && scope.applicationIds.length === 0
  const clear = () => {
    setConditions([])
    setManager(undefined)
    setApplications([])
  }
  return {
    scope,
    saysNothing,
    clear,
    entered: { conditions, setConditions, names, setNames, manager, setManager, applications, setApplications },
  }
}

function managerOf(given: NamedScope | undefined): Named | undefined {
  if (given === undefined || given.managerId === '') return undefined
  return { id: given.managerId, name: given.managerDisplayName || given.managerId }
}

function applicationsOf(given: NamedScope | undefined): readonly Named[] {
  return (given?.applicationIds ?? []).map((id) => ({ id, name: given?.applicationDisplayNames[id] || id }))
}

type Entered = ReturnType<typeof useReaderScope>['entered']

/** The fields of a scope: attributes, a manager with all people below, applications. All conditions apply together. */
export function ReaderScopeFields({ entered }: { readonly entered: Entered }) {
  const { conditions, setConditions, names, setNames, manager, setManager, applications, setApplications } = entered
  return (
    <>
      <ConditionsBar
        conditions={conditions}
        names={names}
        onChange={setConditions}
        onNamed={(name) => setNames([...names, name])}
      />
      <Picked
        label={texts.below}
        picked={manager === undefined ? [] : [manager]}
        onRemove={() => setManager(undefined)}
      />
      {manager === undefined && <FindPerson label={texts.below} onPick={setManager} />}
      <Picked
        label={texts.inApplications}
        picked={applications}
        onRemove={(gone) => setApplications(applications.filter((one) => one !== gone))}
      />
      <FindApplication
        label={texts.inApplications}
        onPick={(added) => setApplications([...applications.filter(({ id }) => id !== added.id), added])}
      />
    </>
  )
}
