/// Certificates that were made once for these tests and are trusted by nothing else. They are valid for a century.
enum TestCertificates {
    /// Signed the server and the client.
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

    /// Signed nothing.
    static let otherAuthority = """
        -----BEGIN CERTIFICATE-----
        MIIBfDCCASOgAwIBAgIUQFRfBrWQ7QmkPARlVkvA7Z2HXekwCgYIKoZIzj0EAwIw
        EzERMA8GA1UEAwwIb3RoZXItY2EwIBcNMjYxMTI0MDMyMjUwWhgPMjEyNjEwMzEw
        MzIyNTBaMBMxETAPBgNVBAMMCG90aGVyLWNhMFkwEwYHKoZIzj0CAQYIKoZIzj0D
        AQcDQgAERO+2dwYB+sFCW1FWqPsrCHjH3gBeBgwpIKXOMBjyJ0GU5K5sdjgA0mj5
        m3yvpnKvdJKV4FNZWKTUJGYR2jsuP6NTMFEwHQYDVR0OBBYEFFc0ANuiEMwovtOD
        UpJe1FJQIWa3MB8GA1UdIwQYMBaAFFc0ANuiEMwovtODUpJe1FJQIWa3MA8GA1Ud
        EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgNZts7/DszsKMeV3dEba9MSTV
        IpLURRodE0d/6Df96ZwCIA8EDVN34q/com9Tb2hL5r2xqaTQ0LoNTJT+DebbGgZv
        -----END CERTIFICATE-----
        """

    /// For `localhost`, `api.test` and 127.0.0.1.
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

    /// Common name `alice`.
    static let client = """
        -----BEGIN CERTIFICATE-----
        MIIBjjCCATSgAwIBAgIUGvJUO/2a6tl/hOPMwynQZcjDbwowCgYIKoZIzj0EAwIw
        EjEQMA4GA1UEAwwHdGVzdC1jYTAgFw0yNjExMjQwMzIyNTBaGA8yMTI2MTAzMTAz
        MjI1MFowITEOMAwGA1UEAwwFYWxpY2UxDzANBgNVBAoMBmFkbWluczBZMBMGByqG
        SM49AgEGCCqGSM49AwEHA0IABB7JD4gYx8HMiZNXOtj4gtRVoAwg6EKtT9Cm2GTz
        WrsSYm/sfoak13RpRaCNVmICKQu8izsJCAM42GyQJ7u3CkGjVzBVMBMGA1UdJQQM
        MAoGCCsGAQUFBwMCMB0GA1UdDgQWBBSEBRLJ44K58zoRMLrLAV1Ng0p51TAfBgNV
        HSMEGDAWgBTqcC9AgTV41MVH24vAcrBBlyWTdTAKBggqhkjOPQQDAgNIADBFAiEA
        oxojjXfLoSYDVGrn8rSDeF6ZcXxBOWXRhT2GM4rOYJ8CIAJvP4SkBbxDv91c840m
        n3bJpx5M9nTuBybSD02PPo+I
        -----END CERTIFICATE-----
        """

    static let clientKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSML6PEwUi8ZBCnPb
        prSV698f9kZX4VLeKokKOxUh2EShRANCAAQeyQ+IGMfBzImTVzrY+ILUVaAMIOhC
        rU/Qpthk81q7EmJv7H6GpNd0aUWgjVZiAikLvIs7CQgDONhskCe7twpB
        -----END PRIVATE KEY-----
        """

    /// For `api.test` alone, with `serverKey`.
    static let namedServer = """
        -----BEGIN CERTIFICATE-----
        MIIBmTCCAT6gAwIBAgIUGvJUO/2a6tl/hOPMwynQZcjDbwswCgYIKoZIzj0EAwIw
        EjEQMA4GA1UEAwwHdGVzdC1jYTAgFw0yNjExMjQwMzI2MTVaGA8yMTI2MTAzMTAz
        MjYxNVowFjEUMBIGA1UEAwwLdGVzdC1zZXJ2ZXIwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQDaPHtpF92gFpZ3FxXjJSTgs5QprOWI+i05BtU7c9LbjH02JwoRLzt
        9a31pWAWPjmsMrVRZPy1AjuzVbfFbe74o2wwajATBgNVHREEDDAKgghhcGkudGVz
        dDATBgNVHSUEDDAKBggrBgEFBQcDATAdBgNVHQ4EFgQUhSNyh9+3Un+Pj0hKrEad
        +5wGBFgwHwYDVR0jBBgwFoAU6nAvQIE1eNTFR9uLwHKwQZclk3UwCgYIKoZIzj0E
        AwIDSQAwRgIhAOsdq0xRJ/bf/BJhq6uVi/YFjROaRO6Yvb8i3bt4YiL9AiEAwvSZ
        4J/WVA/TiFhEbvOVVbTNYvO95TFPFmrKcxO1AyU=
        -----END CERTIFICATE-----
        """
}
