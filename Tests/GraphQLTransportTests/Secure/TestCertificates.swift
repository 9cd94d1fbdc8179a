/// Certificates that were made once for these tests and are trusted by nothing else. They are valid for a century.
enum TestCertificates {
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBezCCASGgAwIBAgIUbPOp9Apt25MOOTXRr/oCVuXu6+wwCgYIKoZIzj0EAwIw
        EjEQMA4GA1UEAwwHdGVzdC1jYTAgFw0yNjExMjQwMzIyNTBaGA8yMTI2MTAzMTAz
        MjI1MFowEjEQMA4GA1UEAwwHdGVzdC1jYTBZMBMGByqGSM49AgEGCCqGSM49AwEH
        A0IABDpc+M6pp17eV6sRv95bm5vbTAdhdb/xNEhlZx7YwRUEXNZ+GySPHBTvMOtb
        TyO52XIu6f1fsu2nEXs0ULMemtyjUzBRMB0GA1UdDgQWBBTqcC9AgTV41MVH24vA
        crBBlyWTdTAfBgNVHSMEGDAWgBTqcC9AgTV41MVH24vAcrBBlyWTdTAPBgNVHRMB
        Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIFciOzBPeJ4XlEIxPm+oCSMkFjbT
        Wv7p7s5BHdR+DQqTAiEA9lcfci4CmG2neZmRorHGhIFDk6xkgkh8CrCOKphSu4Y=
        -----END CERTIFICATE-----
        """

    /// For `localhost` and 127.0.0.1.
    static let server = """
        -----BEGIN CERTIFICATE-----
        MIIBqDCCAU+gAwIBAgIUGvJUO/2a6tl/hOPMwynQZcjDbwkwCgYIKoZIzj0EAwIw
        EjEQMA4GA1UEAwwHdGVzdC1jYTAgFw0yNjExMjQwMzIyNTBaGA8yMTI2MTAzMTAz
        MjI1MFowFjEUMBIGA1UEAwwLdGVzdC1zZXJ2ZXIwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQDaPHtpF92gFpZ3FxXjJSTgs5QprOWI+i05BtU7c9LbjH02JwoRLzt
        9a31pWAWPjmsMrVRZPy1AjuzVbfFbe74o30wezAkBgNVHREEHTAbgglsb2NhbGhv
        c3SCCGFwaS50ZXN0hwR/AAABMBMGA1UdJQQMMAoGCCsGAQUFBwMBMB0GA1UdDgQW
        BBSFI3KH37dSf4+PSEqsRp37nAYEWDAfBgNVHSMEGDAWgBTqcC9AgTV41MVH24vA
        crBBlyWTdTAKBggqhkjOPQQDAgNHADBEAiBEUr4JUSKtw8pDPOmYkylJApYjQE+Q
        1hxDOJ9LvVEVfgIgEg3PU/1qbmlkzR1180hAiCmpTZbThNfZWvfRLyt2O1I=
        -----END CERTIFICATE-----
        """

    static let serverKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgOMwDR+EgArQhSrQ7
        jcPcx8EtUzENOx9KOAFyb9QvFDKhRANCAAQDaPHtpF92gFpZ3FxXjJSTgs5QprOW
        I+i05BtU7c9LbjH02JwoRLzt9a31pWAWPjmsMrVRZPy1AjuzVbfFbe74
        -----END PRIVATE KEY-----
        """
}
