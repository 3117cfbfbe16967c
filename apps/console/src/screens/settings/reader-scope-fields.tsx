import type { ValueName } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { useTyped } from '../../shell/typed.ts'
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

/**
 * The scope that the user enters; it begins with `given`.
 * @param of whose scope it is
 */
export function useReaderScope(of: string, given: NamedScope | undefined) {
  const [names, setNames, discardNames] = useTyped<readonly ValueName[]>(`scope-names:${of}`, given?.valueNames ?? [])
  const [typed, setTyped, discard] = useTyped(`scope:${of}`, {
    conditions: (given?.filters ?? []) as readonly Condition[],
    manager: managerOf(given),
    applications: applicationsOf(given),
  })
  const { conditions, manager, applications } = typed
  const scope: EnteredScope = {
    filters: conditions.map(({ attribute, values }) => ({ attribute, values: [...values] })),
    managerId: manager?.id ?? '',
    applicationIds: applications.map(({ id }) => id),
  }
  const saysNothing = scope.filters.length === 0 && scope.managerId === '' && scope.applicationIds.length === 0
  const change = (part: Partial<typeof typed>) => setTyped({ ...typed, ...part })
  const clear = () => {
    discard()
    discardNames()
  }
  return { scope, saysNothing, clear, entered: { typed, change, names, setNames } }
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
export function ReaderScopeFields({ entered: { typed, change, names, setNames } }: { readonly entered: Entered }) {
  const { conditions, manager, applications } = typed
  return (
    <>
      <ConditionsBar
        conditions={conditions}
        names={names}
        onChange={(next) => change({ conditions: next })}
        onNamed={(name) => setNames([...names, name])}
      />
      <Picked
        label={texts.below}
        picked={manager === undefined ? [] : [manager]}
        onRemove={() => change({ manager: undefined })}
      />
      {manager === undefined && <FindPerson label={texts.below} onPick={(found) => change({ manager: found })} />}
      <Picked
        label={texts.inApplications}
        picked={applications}
        onRemove={(gone) => change({ applications: applications.filter((one) => one !== gone) })}
      />
      <FindApplication
        label={texts.inApplications}
        onPick={(added) => change({ applications: [...applications.filter(({ id }) => id !== added.id), added] })}
      />
    </>
  )
}
