//! A service on a thread of its own, for whoever asks it over real sockets: benches, and tests by `#[path]`.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::thread::JoinHandle;

use kefu::server::Service;
use tokio::sync::oneshot;

/// A service that answers until it is dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: Mutex<Option<oneshot::Sender<()>>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// The service, at an address of this machine that was free.
    pub(crate) fn of(service: Service) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let (told, address) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            tokio::runtime::Runtime::new().unwrap().block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                told.send(listener.local_addr().unwrap()).unwrap();
                let stopped = async {
                    let _ = stopped.await;
                };
                service.run(listener, stopped).await.unwrap();
            });
        });
        Self { address: address.recv().unwrap(), stop: Mutex::new(Some(stop)), thread: Some(thread) }
    }

    /// Asks it to stop; it ends when what is under way is answered.
    pub(crate) fn stop(&self) {
        let _ = self.stop.lock().unwrap().take().map(|stop| stop.send(()));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
