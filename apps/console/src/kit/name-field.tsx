interface Props {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly isRequired?: boolean
  /** In a row with other fields, it takes the remaining width. */
  readonly grows?: boolean
  /** It gets the focus when its dialog opens. */
  readonly takesFocus?: boolean
}

/** The maximum number of characters of a name. */
const longestName = 256

/** A field for a name in a script of either direction. */
export function NameField({ label, value, onChange, isRequired = false, grows = false, takesFocus = false }: Props) {
  return (
    <label className={grows ? 'field filter-search' : 'field'}>
      <span className="field-label">{label}</span>
      <input
        className="input"
        // biome-ignore lint/a11y/noAutofocus: a dialog needs a first focus, and this is its main field
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
