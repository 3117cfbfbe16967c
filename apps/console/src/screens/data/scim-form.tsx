import { PullService } from '@assay/contracts/assay/source/v1/pull_service_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { Code, ConnectError, createClient } from '@connectrpc/connect'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CallButton } from '../../kit/call-button.tsx'
import { queryClient, sentenceOf, transport } from '../../shell/calls.ts'
import { storeTyped, useTyped } from '../../shell/typed.ts'
import { isSourceId } from '../bring/source-id.ts'
import { texts } from './texts.ts'

const sources = createClient(SourceService, transport)
const pulls = createClient(PullService, transport)

const name = 'scim-connection'

/** A form that makes a source that is pulled from a SCIM server. */
export function ScimForm() {
  const [entered, setEntered] = useTyped(name, { sourceId: 'directory', address: '', secret: '' })
  const { sourceId, address, secret } = entered
  const change = (part: Partial<typeof entered>) => setEntered({ ...entered, ...part })
  const connect = useMutation({
    mutationFn: async () => {
      await sources.createSource({ source: { id: sourceId, readyMap: 'scim' } }).catch((error) => {
        if (ConnectError.from(error).code !== Code.AlreadyExists) throw error
      })
      await pulls.putPull({ sourceId, pull: { address, secret } })
    },
    onSuccess: () => {
      storeTyped(name, undefined)
      return queryClient.invalidateQueries()
    },
  })
  return (
    <form
      className="stack"
      aria-busy={connect.isPending}
      onSubmit={(event) => {
        event.preventDefault()
        if (!connect.isPending) connect.mutate()
      }}
    >
      <p className="small muted">{texts.scimHint}</p>
      <label className="field">
        <span className="field-label">{texts.address}</span>
        <input
          className="input"
          type="url"
          required
          placeholder={texts.addressExample}
          value={address}
          onChange={({ currentTarget: { value } }) => change({ address: value })}
        />
      </label>
      <label className="field">
        <span className="field-label">{texts.sourceName}</span>
        <input
          className="input"
          required
          value={sourceId}
          aria-invalid={!isSourceId(sourceId)}
          onChange={({ currentTarget: { value } }) => change({ sourceId: value })}
        />
      </label>
      <label className="field">
        <span className="field-label">{texts.secret}</span>
        <input
          className="input"
          value={secret}
          onChange={({ currentTarget: { value } }) => change({ secret: value })}
        />
      </label>
      {!isSourceId(sourceId) && <p className="small">{texts.sourceWrong}</p>}
      <CallButton isBusy={connect.isPending} isDisabled={!isSourceId(sourceId)}>
        {texts.connect}
      </CallButton>
      {connect.error !== null && <p role="alert">{sentenceOf(connect.error)}</p>}
      <p role="status">
        {connect.isSuccess && (
          <>
            {texts.connected}{' '}
            <Link to="/data/sources/$id" params={{ id: sourceId }}>
              {texts.toSource}
            </Link>
          </>
        )}
      </p>
    </form>
  )
}
