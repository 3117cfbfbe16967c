import { PageTitle } from '../../shell/page-title.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { keyGroups, texts } from './texts.ts'

/** All keys, and the switch for those that are single letters. */
export function Keys() {
  const chosen = useStore(preferences)
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <label className="choice">
        <input
          type="checkbox"
          checked={chosen.letters}
          onChange={({ target }) => preferences.set({ ...chosen, letters: target.checked })}
        />
        {texts.letters}
      </label>
      <div className="cards">
        {keyGroups.map(({ title, keys }) => (
          <section key={title} className="card" aria-label={title}>
            <h2>{title}</h2>
            <dl className="key-list">
              {keys.map(({ key, does }) => (
                <div key={key} style={{ display: 'contents' }}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </>
  )
}
