import { useApplications } from './queries.ts'

interface Props {
  readonly title: string
  readonly chosen: readonly string[]
  readonly mayChange: boolean
  readonly onChange: (chosen: readonly string[]) => void
}

/** A choice of applications; a selected application that is no longer in the data stays visible. */
export function ApplicationChoices({ title, chosen, mayChange, onChange }: Props) {
  const { data } = useApplications()
  const names = new Map((data?.applications ?? []).map(({ id, displayName }) => [id, displayName || id]))
  for (const id of chosen) if (!names.has(id)) names.set(id, id)
  return (
    <details>
      <summary>{title}</summary>
      <fieldset className="choices row">
        <legend className="for-readers">{title}</legend>
        {[...names].map(([id, name]) => (
          <label key={id} className="choice">
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              disabled={!mayChange}
              onChange={({ target }) => onChange(target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))}
            />
            <bdi>{name}</bdi>
          </label>
        ))}
      </fieldset>
    </details>
  )
}
