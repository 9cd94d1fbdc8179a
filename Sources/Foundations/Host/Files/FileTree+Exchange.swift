import CLinux
import Glibc

extension FileTree {
    /// Puts a file or directory in the place of another, whose former one, if there was one, is then where the new one
    /// was. Both on one file system.
    ///
    /// At once, so that there is always one of the two; where the file system cannot do that, the place is empty for a
    /// moment.
    public static func exchange(_ fresh: String, with place: String) throws {
        if clinux_exchange(fresh, place) == 0 { return }
        guard errno == ENOENT || errno == EINVAL || errno == ENOSYS else { throw HostError.last("replace", place) }
        let former = place + ".former"
        try remove(former)
        let hadFormer = rename(place, former) == 0
        guard hadFormer || errno == ENOENT else { throw HostError.last("replace", place) }
        guard rename(fresh, place) == 0 else {
            let error = HostError.last("replace", place)
            if hadFormer { rename(former, place) }
            throw error
        }
        if hadFormer { rename(former, fresh) }
    }
}
