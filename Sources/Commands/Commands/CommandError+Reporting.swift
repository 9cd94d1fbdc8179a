import ArgumentParser
import KubernetesAPI

extension CommandError {
    /// Runs a command's body and turns every failure into words on standard error and an exit code.
    /// - Parameters:
    ///   - hint: said after what the cluster or the connection complains of, such as which kubeconfig was used.
    ///   - body: returns the exit code of a command that was carried out.
    /// - Throws: `ExitCode`, always: how a command ends.
    static func reporting(hint: String = "", _ body: () async throws -> Int32) async throws -> Never {
        let code: Int32
        do {
            code = try await body()
        } catch let error as CommandError {
            TextOutput.standardError.write("litmus: \(error.message)\n")
            code = error.exitCode
        } catch let status as Status {
            TextOutput.standardError.write("litmus: the cluster answered: \(status.message)\(hint)\n")
            code = 2
        } catch {
            TextOutput.standardError.write("litmus: \(error)\(hint)\n")
            code = 2
        }
        throw ExitCode(code)
    }
}
