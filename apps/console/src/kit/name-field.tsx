interface Props {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly isRequired?: boolean
  /** Beside others in a row, it takes what is left. */
  readonly grows?: boolean
  /** Where a question begins with it. */
  readonly takesFocus?: boolean
}

/** As many characters as a name may have. */
const longestName = 256

/** A field for a name, in whichever direction its script runs. */
export function NameField({ label, value, onChange, isRequired = false, grows = false, takesFocus = false }: Props) {
  return (
    <label className={grows ? 'field filter-search' : 'field'}>
      <span className="field-label">{label}</span>
      <input
        className="input"
        // biome-ignore lint/a11y/noAutofocus: a question has to begin somewhere, and this is what it asks for
        autoFocus={takesFocus}
        dir="auto"
        required={isRequired}
        maxLength={longestName}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  )
}
