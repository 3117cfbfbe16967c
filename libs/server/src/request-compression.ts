import { Code, ConnectError } from '@connectrpc/connect'
import { compressionBrotli, compressionGzip } from '@connectrpc/connect-node'

/** Connect's compressions, except that bytes that cannot be decompressed are an error of the client, not INTERNAL. */
export const requestCompressions = [compressionGzip, compressionBrotli].map((compression): typeof compressionGzip => ({
  ...compression,
  async decompress(bytes, readMaxBytes) {
    try {
      return await compression.decompress(bytes, readMaxBytes)
    } catch (error) {
      if (error instanceof ConnectError && error.code === Code.ResourceExhausted) throw error
      const message = `The message is not valid ${compression.name}, though its encoding says so`
      throw new ConnectError(message, Code.InvalidArgument, undefined, undefined, error)
    }
  },
}))
